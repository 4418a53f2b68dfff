import type { ModelCall, TaskEvent } from '../api/types.ts';

export type Step =
  | { readonly kind: 'thought'; readonly seq: number; readonly text: string }
  | {
      readonly kind: 'tool';
      readonly seq: number;
      readonly tool: string;
      readonly input: string;
      result: {
        readonly exitCode: number | null;
        readonly output: string;
        readonly truncatedBytes: number;
      } | null;
    }
  | { readonly kind: 'notice'; readonly seq: number; readonly code: string; readonly message: string };

/** What people want to know first; JSON that went through a database has an order of its own. */
const FIRST = ['path', 'old'];
const placeOf = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** A tool's input as people would write it: the command of a shell, else its fields. */
const inputText = (input: unknown): string => {
  if (typeof input === 'string') return input;
  if (input === undefined) return '';
  if (typeof input !== 'object' || input === null) return JSON.stringify(input);
  if ('command' in input && typeof input.command === 'string') return input.command;
  return Object.entries(input)
    .sort(([left], [right]) => placeOf(left) - placeOf(right))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
};

/** The agent's steps and the calls of the model, as events tell of them. */
export class Transcript {
  readonly steps: Step[] = [];
  readonly calls: (ModelCall & { readonly at: string })[] = [];
  readonly #open = new Map<string, Extract<Step, { kind: 'tool' }>>();

  add(event: TaskEvent): void {
    switch (event.type) {
      case 'agent.message':
        this.steps.push({ kind: 'thought', seq: event.seq, text: event.text });
        return;
      case 'agent.tool_call': {
        const { seq, tool } = event;
        const step = { kind: 'tool' as const, seq, tool, input: inputText(event.input), result: null };
        this.#open.set(event.callId, step);
        this.steps.push(step);
        return;
      }
      case 'agent.tool_result': {
        const step = this.#open.get(event.callId);
        this.#open.delete(event.callId);
        if (step) step.result = event;
        return;
      }
      case 'notice':
        this.steps.push({ kind: 'notice', seq: event.seq, code: event.code, message: event.message });
        return;
      case 'model.call':
        this.calls.push(event);
        return;
      default:
    }
  }
}
