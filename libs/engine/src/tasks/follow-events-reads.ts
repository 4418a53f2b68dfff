import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { EventLog } from '../ports/event-log.ts';

/** An event has at most 64 KiB of text: this bounds what one follower reads ahead to a megabyte. */
const READ_LIMIT = 16;
/** Characters of JSON. Small events are read on up to this: a crowd that is served late must catch up by what is sent at once. */
const ENOUGH = 32 * 1024;
/** So many followers at once are a crowd: what it costs to write to each of them soon is more than what is written. */
const CROWD = 100;
/** Between two reads for a crowd. */
const CROWD_PAUSE_MS = 100;

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

/** A read that is not sent yet. */
interface Asked<Content> {
  readonly slice: Promise<Slice<Content>>;
  followers: number;
}

export interface Place {
  readonly taskId: TaskId;
  readonly after: number;
  /** Has had all there was, and waited for more; the others must catch up first. */
  readonly isUpToDate: boolean;
}

/** Reads once for all followers that stand at the same event: a thousand of one task cost one statement per batch. */
export class SharedReads<Content> {
  readonly #log: EventLog;
  readonly #toPortions: ToPortions<Content>;
  readonly #asked = new Map<string, Asked<Content>>();
  /** Tasks that a crowd was served of a moment ago, and when to serve it again. */
  readonly #crowded = new Map<TaskId, number>();

  constructor(log: EventLog, toPortions: ToPortions<Content>) {
    this.#log = log;
    this.#toPortions = toPortions;
  }

  /** What follows `after`, as it is when this is called or later. */
  read(place: Place): Promise<Slice<Content>> {
    const key = `${place.taskId} ${String(place.after)}`;
    const asked = this.#asked.get(key) ?? { slice: this.#send(key, place), followers: 0 };
    asked.followers++;
    this.#asked.set(key, asked);
    return asked.slice;
  }

  async #send(key: string, { taskId, after, isUpToDate }: Place): Promise<Slice<Content>> {
    // Time for the others that the same hint has woken. A read that is under way may be joined by nobody: it does not see
    // what the next hint is about.
    const waitMs = isUpToDate ? (this.#crowded.get(taskId) ?? 0) - performance.now() : 0;
    await (waitMs > 0 ? pause(waitMs, undefined, { ref: false }) : setImmediate());
    if ((this.#asked.get(key)?.followers ?? 0) >= CROWD) this.#slowDown(taskId);
    this.#asked.delete(key);
    const events: TaskEvent[] = [];
    for (let length = 0; ;) {
      const slice = await this.#log.read(taskId, events.at(-1)?.seq ?? after, READ_LIMIT);
      events.push(...slice.events);
      length += JSON.stringify(slice.events).length;
      const isFull = slice.events.length === READ_LIMIT;
      if (!isFull || length >= ENOUGH)
        return { portions: this.#toPortions(events), isFull, more: slice.more };
    }
  }

  #slowDown(taskId: TaskId): void {
    this.#crowded.set(taskId, performance.now() + CROWD_PAUSE_MS);
    setTimeout(() => {
      if ((this.#crowded.get(taskId) ?? 0) <= performance.now()) this.#crowded.delete(taskId);
    }, CROWD_PAUSE_MS + 1).unref();
  }
}
