import type { EventPayload, EventType } from '@drydock/contracts';
import { OPERATOR_LIMITS } from '@drydock/domain';
import type { SpoolWriter } from '../ports/spool.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { PhaseLog } from './phase-log.ts';
import type { ParsedMessage } from './protocol-lines.ts';

/** Far more than any honest agent needs: a flood of forged messages must not fill the history, nor the worker's memory. */
const MAX_AGENT_EVENTS = 50_000;
const MAX_AGENT_EVENT_BYTES = 64 * 1024 ** 2;
const MAX_TRAJECTORY_BYTES = 64 * 1024 ** 2;
/** Leaves room for the rest of the event within its bound. */
const MAX_TEXT_BYTES = OPERATOR_LIMITS.maxEventBytes - 4096;

const cut = (text: string): string => {
  if (Buffer.byteLength(text) <= MAX_TEXT_BYTES) return text;
  return `${Buffer.from(text).subarray(0, MAX_TEXT_BYTES).toString('utf8')}\n[cut]`;
};

/** JSON of anything; what JSON does not know is null. */
const textOf = (value: unknown): string => JSON.stringify(value === undefined ? null : value);

const cutInput = (input: unknown): unknown => {
  const text = textOf(input);
  const short = cut(text);
  return short === text ? input : { cut: true, text: short };
};

/** The agent's own words and deeds: into the history, the log and `trajectory.json`. */
export class AgentTranscript {
  readonly #context: AttemptContext;
  readonly #log: PhaseLog;
  #events = 0;
  #eventBytes = 0;
  #trajectory: SpoolWriter | null = null;
  #trajectoryBytes = 0;

  constructor(context: AttemptContext, log: PhaseLog) {
    this.#context = context;
    this.#log = log;
  }

  take(message: ParsedMessage): void {
    if (message.type === 'trajectory') {
      this.#entry(message.entry);
      return;
    }
    if (!this.#isFull) this.#event(message);
  }

  async close(): Promise<void> {
    this.#trajectory?.write('\n]\n');
    await this.#trajectory?.close();
  }

  get #isFull(): boolean {
    return this.#events >= MAX_AGENT_EVENTS || this.#eventBytes >= MAX_AGENT_EVENT_BYTES;
  }

  /** Masked before it is cut: half a secret would not be known as one. */
  #event(untrusted: ParsedMessage): void {
    const message = this.#context.redactor.maskJson(untrusted);
    switch (message.type) {
      case 'agent_message':
        this.#add('agent.message', { text: cut(message.text) });
        this.#log.note(`[agent] ${message.text}\n`);
        break;
      case 'agent_tool_call': {
        const { callId, tool, input } = message;
        this.#add('agent.tool_call', { callId, tool, input: cutInput(input) });
        this.#log.note(`[${tool}] ${textOf(input)}\n`);
        break;
      }
      case 'agent_tool_result': {
        const { callId, exitCode, output, truncatedBytes } = message;
        this.#add('agent.tool_result', { callId, exitCode, output: cut(output), truncatedBytes });
        this.#log.note(`${output}\n`);
        break;
      }
      default:
    }
  }

  #add<T extends EventType>(type: T, payload: EventPayload<T>): void {
    const { events } = this.#context;
    events.add(type, payload);
    this.#events++;
    this.#eventBytes += Buffer.byteLength(JSON.stringify(payload));
    if (this.#isFull)
      events.add('notice', {
        code: 'agent_events_truncated',
        message: 'There are too many agent events, or too large ones; the rest is left out.',
      });
  }

  #entry(entry: unknown): void {
    const text = textOf(this.#context.redactor.maskJson(entry));
    this.#trajectoryBytes += text.length;
    if (this.#trajectoryBytes > MAX_TRAJECTORY_BYTES) return;
    const isFirst = this.#trajectory === null;
    this.#trajectory ??= this.#context.ports.spool.open(this.#context.key, 'trajectory.json');
    this.#trajectory.write(`${isFirst ? '[\n' : ',\n'}${text}`);
  }
}
