import type { JobContext } from '../jobs/job-context.ts';
import { TOOL_NAMES, toolNamed } from './tools/catalogue.ts';
import { ToolError, type ToolArguments, type ToolResult } from './tools/tool.ts';
import { messageOf } from '../faults.ts';
import { cutText } from '../protocol/encode-line.ts';

/** Of what a tool says when it refuses: it names paths and texts as the model sent them. */
const MOST_REFUSAL_CHARACTERS = 8000;

/** A tool call as the model made it, brought into shape. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Null: not a JSON object. */
  readonly input: ToolArguments | null;
  readonly rawInput: string;
}

export interface ToolOutcome extends ToolResult {
  /** The call could not even be tried: bad JSON, unknown tool, wrong arguments. */
  readonly isMalformed: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseInput = (raw: string): ToolArguments | null => {
  try {
    const value: unknown = JSON.parse(raw.trim() === '' ? '{}' : raw);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads the tool calls of an answer that nobody has checked. Ids that are missing or used twice are replaced. */
export const readToolCalls = (calls: unknown, newId: () => string): ToolCall[] => {
  const seen = new Set<string>();
  return (Array.isArray(calls) ? (calls as unknown[]) : []).map((call) => {
    const { id, function: target } = isObject(call) ? call : {};
    const { name, arguments: input } = isObject(target) ? target : {};
    const rawInput = typeof input === 'string' ? input : JSON.stringify(input ?? {});
    const given = textOf(id);
    const unique = given === '' || seen.has(given) ? newId() : given;
    seen.add(unique);
    return { id: unique, name: textOf(name) || 'unknown', rawInput, input: parseInput(rawInput) };
  });
};

const malformed = (output: string): ToolOutcome => ({
  output: `Error: ${output}`,
  exitCode: null,
  truncatedBytes: 0,
  isMalformed: true,
});

const missingArguments = (input: ToolArguments, required: readonly string[]): string[] =>
  required.filter((name) => input[name] === undefined);

/** Runs one call. Whatever is wrong with it becomes an answer to the model, never an exception. */
export const runToolCall = async (call: ToolCall, context: JobContext): Promise<ToolOutcome> => {
  const tool = toolNamed(call.name);
  if (tool === undefined)
    return malformed(
      `there is no tool "${call.name.slice(0, 100)}". The tools are ${TOOL_NAMES.join(', ')}.`,
    );
  if (call.input === null)
    return malformed(
      `the arguments are not a JSON object: ${call.rawInput.slice(0, 200)}. Send the call again with valid JSON.`,
    );
  const missing = missingArguments(call.input, tool.required);
  if (missing.length > 0)
    return malformed(
      `${tool.name} needs ${missing.map((name) => `"${name}"`).join(', ')}. Send the call again.`,
    );
  try {
    return { ...(await tool.run(call.input, context)), isMalformed: false };
  } catch (error) {
    const text = cutText(messageOf(error), MOST_REFUSAL_CHARACTERS);
    return { ...malformed(text), isMalformed: false, exitCode: error instanceof ToolError ? 1 : null };
  }
};
