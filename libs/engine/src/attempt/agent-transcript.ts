import { OPERATOR_LIMITS } from '@drydock/domain';
import type { SpoolWriter } from '../ports/spool.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { PhaseLog } from './phase-log.ts';
import type { ParsedMessage } from './protocol-lines.ts';

/** Far more than any honest agent needs: a flood of forged messages must not fill the history. */
const MAX_AGENT_EVENTS = 50_000;
const MAX_TRAJECTORY_BYTES = 64 * 1024 ** 2;
/** Leaves room for the rest of the event within its bound. */
const MAX_TEXT = OPERATOR_LIMITS.maxEventBytes - 4096;

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n[cut]` : text);

/** JSON of anything; what JSON does not know is null. */
const textOf = (value: unknown): string => JSON.stringify(value === undefined ? null : value);

const cutInput = (input: unknown): unknown => {
  const text = textOf(input);
  return text.length > MAX_TEXT ? { cut: true, text: cut(text) } : input;
};

/** The agent's own words and deeds: into the history, the log and `trajectory.json`. */
export class AgentTranscript {
  readonly #context: AttemptContext;
  readonly #log: PhaseLog;
  #events = 0;
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
    if (this.#events >= MAX_AGENT_EVENTS) return;
    this.#event(message);
  }

  async close(): Promise<void> {
    this.#trajectory?.write('\n]\n');
    await this.#trajectory?.close();
  }

  #event(message: ParsedMessage): void {
    const { events, redactor } = this.#context;
    switch (message.type) {
      case 'agent_message':
        events.add('agent.message', { text: cut(message.text) });
        this.#log.note(redactor.mask(`[agent] ${message.text}\n`));
        break;
      case 'agent_tool_call':
        events.add('agent.tool_call', {
          callId: message.callId,
          tool: message.tool,
          input: cutInput(message.input),
        });
        this.#log.note(redactor.mask(`[${message.tool}] ${JSON.stringify(message.input)}\n`));
        break;
      case 'agent_tool_result':
        events.add('agent.tool_result', { ...message, output: cut(message.output) });
        this.#log.note(redactor.mask(`${message.output}\n`));
        break;
      default:
        return;
    }
    this.#events++;
    if (this.#events === MAX_AGENT_EVENTS)
      events.add('notice', {
        code: 'agent_events_truncated',
        message: `More than ${String(MAX_AGENT_EVENTS)} agent events; the rest is left out.`,
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
