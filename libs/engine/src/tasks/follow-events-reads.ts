import { setImmediate } from 'node:timers/promises';
import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { EventLog } from '../ports/event-log.ts';

/** An event has at most 64 KiB of text: this bounds what one follower reads ahead to a megabyte. */
export const READ_LIMIT = 16;

/** Some events of a task, in the form in which all its followers get them. */
export interface Portion<Content> {
  /** `seq` of its last event. */
  readonly lastSeq: number;
  readonly content: Content;
}

/** Puts events into form, in order. Done once for all who read them at the same time, so nobody may change what comes out. */
export type ToPortions<Content> = (events: readonly TaskEvent[]) => readonly Portion<Content>[];

interface Slice<Content> {
  readonly portions: readonly Portion<Content>[];
  /** A full read most likely has more behind it; a short one has been all. */
  readonly isFull: boolean;
  readonly more: boolean;
}

/** Portions on their way to a consumer. A thousand that stall must not hold a megabyte each. */
export class ReadAhead<Content> {
  readonly #portions: Portion<Content>[];
  readonly #timer: NodeJS.Timeout | null;
  #wasDropped = false;

  constructor(portions: readonly Portion<Content>[], holdMs: number) {
    this.#portions = [...portions];
    // The first is taken at once.
    this.#timer = portions.length > 1 ? setTimeout(() => this.#drop(), holdMs).unref() : null;
  }

  /** Whether portions that were never taken are gone: the reading goes on after the last one that was. */
  get wasDropped(): boolean {
    return this.#wasDropped;
  }

  *take(): Generator<Portion<Content>> {
    try {
      for (let next = this.#portions.shift(); next; next = this.#portions.shift()) yield next;
    } finally {
      if (this.#timer) clearTimeout(this.#timer);
    }
  }

  #drop(): void {
    this.#wasDropped = this.#portions.length > 0;
    this.#portions.length = 0;
  }
}

/** Reads once for all followers that stand at the same event: a thousand of one task cost one statement per batch. */
export class SharedReads<Content> {
  readonly #log: EventLog;
  readonly #toPortions: ToPortions<Content>;
  readonly #asked = new Map<string, Promise<Slice<Content>>>();

  constructor(log: EventLog, toPortions: ToPortions<Content>) {
    this.#log = log;
    this.#toPortions = toPortions;
  }

  /** What follows `after`, as it is when this is called or later. */
  read(taskId: TaskId, after: number): Promise<Slice<Content>> {
    const key = `${taskId} ${String(after)}`;
    const asked = this.#asked.get(key) ?? this.#send(key, taskId, after);
    this.#asked.set(key, asked);
    return asked;
  }

  async #send(key: string, taskId: TaskId, after: number): Promise<Slice<Content>> {
    // Time for the others that the same hint has woken. A read that is under way may be joined by nobody: it does not see
    // what the next hint is about.
    await setImmediate();
    this.#asked.delete(key);
    const { events, more } = await this.#log.read(taskId, after, READ_LIMIT);
    return { portions: this.#toPortions(events), isFull: events.length === READ_LIMIT, more };
  }
}
