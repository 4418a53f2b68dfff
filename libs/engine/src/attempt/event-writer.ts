import { AppError, type Redactor } from '@drydock/domain';
import type { EventPayload, EventType, NewEvent } from '@drydock/contracts';
import type { EventBatch } from '../ports/attempt-store.ts';

/** Shortest time between two batches. The first event after a pause goes at once. Source: design §7. */
const BATCH_MS = 50;
const MAX_BATCH_EVENTS = 500;
const MAX_BATCH_BYTES = 1024 ** 2;
/** Some come from a sandbox, and a flood of forged ones must not fill the history. */
const MAX_NOTICES = 1000;
/** While PostgreSQL is away, events wait up to this; then console output is dropped and counted. */
const MAX_WAITING_BYTES = 2 * 1024 ** 2;

interface Waiting {
  readonly event: NewEvent;
  readonly bytes: number;
}

export interface EventWriterOptions {
  /** Appends one batch; expected to retry outages by itself, telling the same batch again. */
  readonly append: (batch: EventBatch) => Promise<void>;
  readonly redactor: Redactor;
  readonly now: () => Date;
  /** Called once, with the error that ended the writer. */
  readonly onError: (error: unknown) => void;
}

/** Orders, masks, batches, numbers and bounds the events of one attempt. */
export class EventWriter {
  readonly #options: EventWriterOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #droppedBytes = 0;
  #notices = 0;
  /** By the monotonic clock: the other one may be set back, and nothing would be written until it has caught up. */
  #lastBatchAt = -BATCH_MS;
  #batches = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  add<T extends EventType>(type: T, payload: EventPayload<T>): void {
    if (type === 'notice' && ++this.#notices > MAX_NOTICES) return;
    this.#enqueue(type, payload);
    if (type === 'notice' && this.#notices === MAX_NOTICES)
      this.#enqueue('notice', {
        code: 'notices_truncated',
        message: `More than ${String(MAX_NOTICES)} notices; the rest is left out.`,
      });
  }

  /** Resolves when all that was added is written. Throws what ended the writer. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing) {
      this.#start();
      await this.#writing;
    }
    if (this.#failure) throw this.#failure.error;
  }

  #enqueue<T extends EventType>(type: T, payload: EventPayload<T>): void {
    if (this.#failure) return;
    const at = this.#options.now().toISOString();
    const event = { type, at, payload: this.#options.redactor.maskJson(payload) } as NewEvent;
    const bytes = Buffer.byteLength(JSON.stringify(event.payload));
    if (type === 'log' && this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#droppedBytes += bytes;
      return;
    }
    this.#waiting.push({ event, bytes });
    this.#waitingBytes += bytes;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return;
    const wait = Math.max(0, this.#lastBatchAt + BATCH_MS - performance.now());
    if (wait === 0) {
      this.#start();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#start();
    }, wait);
  }

  #start(): void {
    if (this.#writing || this.#failure || this.#waiting.length === 0) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastBatchAt = performance.now();
    this.#writing = this.#write({ number: ++this.#batches, events: this.#take() }).finally(() => {
      this.#writing = null;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  async #write(batch: EventBatch): Promise<void> {
    try {
      await this.#options.append(batch);
      this.#reportDropped();
    } catch (error) {
      this.#failure = { error };
      this.#waiting = [];
      this.#options.onError(error);
    }
  }

  #take(): NewEvent[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && (count >= MAX_BATCH_EVENTS || bytes + entry.bytes > MAX_BATCH_BYTES)) break;
      bytes += entry.bytes;
      count++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count).map((entry) => entry.event);
  }

  #reportDropped(): void {
    if (this.#droppedBytes === 0 || this.#waitingBytes > MAX_WAITING_BYTES / 2) return;
    const dropped = this.#droppedBytes;
    this.#droppedBytes = 0;
    this.add('notice', {
      code: 'log_events_dropped',
      message: `${String(dropped)} bytes of console output are missing here; the log artifact has them.`,
    });
  }
}

export const isLeaseLost = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'lease_lost';
