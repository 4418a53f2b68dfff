import type { JobContext } from '../../jobs/job-context.ts';

/** What a tool gives back to the model. */
export interface ToolResult {
  readonly output: string;
  /** Of a command; null for the other tools, and for a command that was ended by a signal. */
  readonly exitCode: number | null;
  readonly truncatedBytes: number;
}

export const toolText = (output: string): ToolResult => ({ output, exitCode: null, truncatedBytes: 0 });

/** The model asked for something that cannot be done; the message tells it what to do instead. */
export class ToolError extends Error {}

export type ToolArguments = Readonly<Record<string, unknown>>;

/** A function that the model may call, with its JSON schema. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, { type: 'string' | 'integer'; description: string }>>;
  readonly required: readonly string[];
  /** @throws ToolError with words for the model. */
  run(input: ToolArguments, context: JobContext): Promise<ToolResult>;
}
