import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { EventHints, EventLog } from '../ports/event-log.ts';
import { EventPoll } from './follow-events-poll.ts';

/** What a follower is sent next. `heartbeat`: nothing happened for a while. `end`: nothing will ever follow. */
export type Followed =
  { readonly kind: 'event'; readonly event: TaskEvent } | { readonly kind: 'heartbeat' | 'end' };

/** An event has at most 64 KiB of text: this bounds what one follower reads ahead to a megabyte. */
const READ_LIMIT = 16;

export interface FollowTimes {
  /** Between two looks at all followed tasks together: hints may be lost. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** What a consumer has not taken by then is forgotten, and read again when it comes. */
  readonly holdMs: number;
}
/** A follower is sent something at least this often. */
export const STREAM_HEARTBEAT_MS = 15_000;
const TIMES: FollowTimes = { pollMs: 900, heartbeatMs: STREAM_HEARTBEAT_MS, holdMs: 1_000 };

/** A latch that a hint, a timer or the reader's leaving opens. */
class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /**
   * Returns at once when it rang since the last wait: a hint between a read and this wait is not lost.
   * @returns whether it rang.
   */
  async wait(atMostMs: number): Promise<boolean> {
    if (!this.#isRung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const isRung = this.#isRung;
    this.#wake = null;
    this.#isRung = false;
    return isRung;
  }
}

/** Events on their way to a consumer. A thousand that stall must not hold a megabyte each. */
class ReadAhead {
  readonly count: number;
  readonly #events: TaskEvent[];
  readonly #timer: NodeJS.Timeout;
  #wasDropped = false;

  constructor(events: readonly TaskEvent[], holdMs: number) {
    this.count = events.length;
    this.#events = [...events];
    this.#timer = setTimeout(() => {
      this.#wasDropped = this.#events.length > 0;
      this.#events.length = 0;
    }, holdMs).unref();
  }

  /** Whether events that were never taken are gone: the reading goes on after the last one that was. */
  get wasDropped(): boolean {
    return this.#wasDropped;
  }

  *take(): Generator<TaskEvent> {
    try {
      for (let event = this.#events.shift(); event; event = this.#events.shift()) yield event;
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

/** A task's history from any point on, and on until it ends. Fed from PostgreSQL only; hints just wake it. */
export class FollowEvents {
  readonly #log: EventLog;
  readonly #hints: EventHints;
  readonly #times: FollowTimes;
  readonly #poll: EventPoll;

  constructor(log: EventLog, hints: EventHints, times: FollowTimes = TIMES) {
    this.#log = log;
    this.#hints = hints;
    this.#times = times;
    this.#poll = new EventPoll(log, times.pollMs);
  }

  /**
   * Events after `after`, each once and in order; the caller has checked the team. Reads no further than the consumer
   * pulls. Ends after `end`, or without it when `signal` aborts.
   */
  async *run(taskId: TaskId, after: number, signal: AbortSignal): AsyncGenerator<Followed, void> {
    const bell = new Bell();
    const ring = (): void => {
      bell.ring();
    };
    // Before the first read, so that what comes after it rings.
    const unsubscribe = this.#hints.subscribe(taskId, ring);
    signal.addEventListener('abort', ring);
    try {
      yield* this.#follow({ taskId, after, signal, bell });
    } finally {
      signal.removeEventListener('abort', ring);
      unsubscribe();
    }
  }

  async *#follow(state: {
    taskId: TaskId;
    after: number;
    signal: AbortSignal;
    bell: Bell;
  }): AsyncGenerator<Followed, void> {
    const { taskId, signal, bell } = state;
    let { after } = state;
    const isOver = (): boolean => signal.aborted;
    let quietSinceMs = performance.now();
    while (!isOver()) {
      const { ahead, more } = await this.#readAhead(taskId, after);
      for (const event of ahead.take()) {
        after = event.seq;
        yield { kind: 'event', event };
      }
      if (ahead.wasDropped) continue;
      if (!more) {
        yield { kind: 'end' };
        return;
      }
      if (ahead.count > 0) {
        quietSinceMs = performance.now();
        // A full read most likely has more behind it; a short one has been all.
        if (ahead.count === READ_LIMIT) continue;
      }
      for (let isNews = false; !isNews;) {
        isNews = await this.#hasNews({ taskId, after, bell }, quietSinceMs + this.#times.heartbeatMs);
        if (isOver() || performance.now() - quietSinceMs < this.#times.heartbeatMs) continue;
        yield { kind: 'heartbeat' };
        quietSinceMs = performance.now();
      }
    }
  }

  /** Waits for a reason to read again. False: there was none until then. */
  async #hasNews(
    { taskId, after, bell }: { taskId: TaskId; after: number; bell: Bell },
    untilMs: number,
  ): Promise<boolean> {
    const unwatch = this.#poll.watch({
      taskId,
      after,
      ring: () => {
        bell.ring();
      },
    });
    try {
      return await bell.wait(untilMs - performance.now());
    } finally {
      unwatch();
    }
  }

  /** In a frame of its own: what it read is not held by anything else. */
  async #readAhead(taskId: TaskId, after: number): Promise<{ ahead: ReadAhead; more: boolean }> {
    const { events, more } = await this.#log.read(taskId, after, READ_LIMIT);
    return { ahead: new ReadAhead(events, this.#times.holdMs), more };
  }
}
