import type { TaskId } from '@drydock/domain';
import type { EventHints, EventLog } from '../ports/event-log.ts';
import { EventPoll } from './follow-events-poll.ts';
import { ReadAhead, SharedReads, type Place, type ToPortions } from './follow-events-reads.ts';

/** What a follower is sent next. `heartbeat`: nothing happened for a while. `end`: nothing will ever follow. */
export type Followed<Content> =
  { readonly kind: 'events'; readonly content: Content } | { readonly kind: 'heartbeat' | 'end' };

export interface FollowPorts {
  readonly events: EventLog;
  readonly hints: EventHints;
}

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

/** A task's history from any point on, and on until it ends. Fed from PostgreSQL only; hints just wake it. */
export class FollowEvents<Content> {
  readonly #hints: EventHints;
  readonly #times: FollowTimes;
  readonly #reads: SharedReads<Content>;
  readonly #poll: EventPoll;

  constructor(ports: FollowPorts, toPortions: ToPortions<Content>, times: FollowTimes = TIMES) {
    this.#hints = ports.hints;
    this.#times = times;
    this.#reads = new SharedReads(ports.events, toPortions);
    this.#poll = new EventPoll(ports.events, times.pollMs);
  }

  /**
   * Events after `after`, each once and in order; the caller has checked the team. Reads no further than the consumer
   * pulls. Ends after `end`, or without it when `signal` aborts.
   */
  async *run(taskId: TaskId, after: number, signal: AbortSignal): AsyncGenerator<Followed<Content>, void> {
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
  }): AsyncGenerator<Followed<Content>, void> {
    const { taskId, signal, bell } = state;
    let { after } = state;
    const isOver = (): boolean => signal.aborted;
    let quietSinceMs = performance.now();
    let isUpToDate = false;
    while (!isOver()) {
      const { ahead, isFull, more } = await this.#readAhead({ taskId, after, isUpToDate });
      isUpToDate = false;
      const before = after;
      for (const { lastSeq, content } of ahead.take()) {
        after = lastSeq;
        yield { kind: 'events', content };
      }
      if (ahead.wasDropped) continue;
      if (!more) {
        yield { kind: 'end' };
        return;
      }
      if (after > before) quietSinceMs = performance.now();
      if (isFull) continue;
      for (let isNews = false; !isNews;) {
        isNews = await this.#hasNews({ taskId, after, bell }, quietSinceMs + this.#times.heartbeatMs);
        if (isOver() || performance.now() - quietSinceMs < this.#times.heartbeatMs) continue;
        yield { kind: 'heartbeat' };
        quietSinceMs = performance.now();
      }
      isUpToDate = true;
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
  async #readAhead(place: Place): Promise<{ ahead: ReadAhead<Content>; isFull: boolean; more: boolean }> {
    const { portions, isFull, more } = await this.#reads.read(place);
    return { ahead: new ReadAhead(portions, this.#times.holdMs), isFull, more };
  }
}
