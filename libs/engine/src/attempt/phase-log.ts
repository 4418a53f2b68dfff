import { MAX_LOG_TEXT_BYTES } from '@drydock/contracts';
import { OPERATOR_LIMITS, type Phase, type Redactor } from '@drydock/domain';
import type { SpoolWriter } from '../ports/spool.ts';
import type { EventWriter } from './event-writer.ts';

type Stream = 'stdout' | 'stderr';

/** Console bytes that one task may still put into its history; shared by its phases. */
export class LogAllowance {
  #left: number;
  #told = false;

  constructor(bytes: number = OPERATOR_LIMITS.maxLogEventBytes) {
    this.#left = bytes;
  }

  /** Whether a text may become an event; `exhausted` exactly once, when the bound is crossed. */
  take(bytes: number): 'granted' | 'exhausted' | 'refused' {
    this.#left -= bytes;
    if (this.#left >= 0) return 'granted';
    if (this.#told) return 'refused';
    this.#told = true;
    return 'exhausted';
  }
}

const TRUNCATED = '\n[drydock: the log ends here, its limit was reached]\n';

/** Console output of one phase: masked, into the history up to one bound and into the log file up to another. */
export class PhaseLog {
  readonly #phase: Phase;
  readonly #events: EventWriter;
  readonly #file: SpoolWriter;
  readonly #allowance: LogAllowance;
  readonly #maskers: Record<Stream, ReturnType<Redactor['stream']>>;
  #fileBytesLeft: number = OPERATOR_LIMITS.maxLogBytes;

  constructor(parts: {
    phase: Phase;
    events: EventWriter;
    file: SpoolWriter;
    allowance: LogAllowance;
    redactor: Redactor;
  }) {
    this.#phase = parts.phase;
    this.#events = parts.events;
    this.#file = parts.file;
    this.#allowance = parts.allowance;
    this.#maskers = { stdout: parts.redactor.stream(), stderr: parts.redactor.stream() };
  }

  write(stream: Stream, text: string): void {
    this.#emit(stream, this.#maskers[stream].push(text));
  }

  /** A line for the file only: what the history already has as events of its own. */
  note(text: string): void {
    this.#toFile(text);
  }

  async close(): Promise<void> {
    this.#emit('stdout', this.#maskers.stdout.end());
    this.#emit('stderr', this.#maskers.stderr.end());
    await this.#file.close();
  }

  #emit(stream: Stream, text: string): void {
    if (text === '') return;
    this.#toFile(text);
    for (let from = 0; from < text.length; from += MAX_LOG_TEXT_BYTES)
      this.#toHistory(stream, text.slice(from, from + MAX_LOG_TEXT_BYTES));
  }

  #toHistory(stream: Stream, text: string): void {
    const verdict = this.#allowance.take(Buffer.byteLength(text));
    if (verdict === 'granted') this.#events.add('log', { phase: this.#phase, stream, text });
    if (verdict === 'exhausted')
      this.#events.add('notice', {
        code: 'log_events_truncated',
        message: `Console output beyond ${String(OPERATOR_LIMITS.maxLogEventBytes)} bytes is only in the log artifact.`,
      });
  }

  #toFile(text: string): void {
    if (this.#fileBytesLeft <= 0) return;
    const bytes = Buffer.byteLength(text);
    this.#file.write(
      bytes <= this.#fileBytesLeft
        ? text
        : `${Buffer.from(text).subarray(0, this.#fileBytesLeft).toString('utf8')}${TRUNCATED}`,
    );
    this.#fileBytesLeft -= bytes;
  }
}
