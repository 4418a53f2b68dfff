import type { TaskId } from '@drydock/domain';
import type { EventLog } from '../ports/event-log.ts';

/** Tasks in one statement: some 5 ms of PostgreSQL. */
const AT_ONCE = 1_000;

/** A reader that has taken all there was, and waits. */
interface Waiter {
  readonly taskId: TaskId;
  /** The last `seq` that it has read. */
  readonly after: number;
  readonly ring: () => void;
}

/**
 * Looks after all waiting readers of a process at once, and wakes those whose task has moved: a thousand of them cost one
 * statement per round, and none while nobody waits.
 */
export class EventPoll {
  readonly #log: EventLog;
  readonly #pauseMs: number;
  readonly #waiters = new Set<Waiter>();
  #isRunning = false;

  /** @param pauseMs - between two rounds. */
  constructor(log: EventLog, pauseMs: number) {
    this.#log = log;
    this.#pauseMs = pauseMs;
  }

  /** Calls `ring`, perhaps more than once, when there is something to read, until the returned function is called. */
  watch(waiter: Waiter): () => void {
    this.#waiters.add(waiter);
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#next();
    }
    return () => this.#waiters.delete(waiter);
  }

  #next(): void {
    setTimeout(() => void this.#round(), this.#pauseMs).unref();
  }

  async #round(): Promise<void> {
    const waiters = [...this.#waiters];
    if (waiters.length === 0) {
      this.#isRunning = false;
      return;
    }
    // PostgreSQL is away: the next round asks again. A reader must not lose its stream for that.
    await this.#wake(waiters).catch(() => undefined);
    this.#next();
  }

  async #wake(waiters: readonly Waiter[]): Promise<void> {
    const ids = [...new Set(waiters.map(({ taskId }) => taskId))];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const asked = ids.slice(from, from + AT_ONCE);
      const heads = await this.#log.heads(asked);
      const isQuiet = ({ taskId, after }: Waiter): boolean => {
        const head = heads.get(taskId);
        return head !== undefined && !head.isFinal && head.lastSeq <= after;
      };
      const known = new Set(asked);
      for (const waiter of waiters) if (known.has(waiter.taskId) && !isQuiet(waiter)) waiter.ring();
    }
  }
}
