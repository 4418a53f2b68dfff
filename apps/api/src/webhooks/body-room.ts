import { AppError } from '@drydock/domain';

interface RoomRules {
  readonly seats: number;
  /** Whoever finds no seat waits so long for one. */
  readonly waitMs: number;
  /** A body must have come by then; of a large one the rest, counted from when it got its seat. */
  readonly sendMs: number;
}

/** GitHub itself gives up on an answer after ten seconds. */
const RULES: RoomRules = { seats: 4, waitMs: 2_000, sendMs: 10_000 };
const COME_BACK_SECONDS = 10;

/** Of one request. It is taken by whoever turns out to need it, and must be left in any case. */
export interface Seat {
  readonly sendMs: number;
  /** @throws AppError `service_unavailable` when there is none in time. */
  take(): Promise<void>;
  leave(): void;
}

/**
 * Room for large bodies that wait in memory until it is known who sent them: anybody may send one, so that their number, and
 * not their size alone, has to have a bound.
 */
export class BodyRoom {
  readonly #rules: RoomRules;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(rules: RoomRules = RULES) {
    this.#rules = rules;
  }

  seat(): Seat {
    let isTaken = false;
    return {
      sendMs: this.#rules.sendMs,
      take: async () => {
        if (isTaken) return;
        await this.#take();
        isTaken = true;
      },
      leave: () => {
        if (isTaken) this.#leave();
        isTaken = false;
      },
    };
  }

  async #take(): Promise<void> {
    if (this.#taken < this.#rules.seats) this.#taken++;
    else await this.#wait();
  }

  /** The seat goes from hand to hand, in the order in which people came. */
  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const called = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(called), 1);
        const detail = 'Too many large webhooks come at the same time. Send it again a little later.';
        reject(new AppError('service_unavailable', detail, { retryAfterSeconds: COME_BACK_SECONDS }));
      }, this.#rules.waitMs);
      this.#waiting.push(called);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next();
  }
}
