/** Design §8. The lease is the database's; the rest are the worker's own conclusions from its monotonic clock. */
export const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2000;
/** How often every worker looks for sessions whose lease has ended. */
export const SWEEP_EVERY_MS = 1000;
/** A session that could not renew for so long gives its work up, though nobody may have taken it. */
export const SELF_ABORT_MS = 120_000;

export type LeaseVerdict = 'ok' | 'slept' | 'cut_off';

/**
 * What a session must conclude before its next statement. A heartbeat timer that is overdue by the lease means that the
 * process slept: others may own its work by now.
 */
export class LeaseClock {
  readonly #nowMs: () => number;
  #lastTickMs = 0;
  #lastRenewalMs = 0;

  /** @param nowMs - a monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.start();
  }

  /** A new lease begins. */
  start(): void {
    this.#lastTickMs = this.#lastRenewalMs = this.#nowMs();
  }

  /** The heartbeat timer fired. Returns the verdict as it was just before. */
  tick(): LeaseVerdict {
    const verdict = this.judge();
    this.#lastTickMs = this.#nowMs();
    return verdict;
  }

  /** @param askedAtMs - when the renewal was asked for, which is never later than the database's own time of it. */
  renewed(askedAtMs: number): void {
    this.#lastRenewalMs = askedAtMs;
  }

  /** Costs a reading of the clock: meant to be asked before every statement. */
  judge(): LeaseVerdict {
    const now = this.#nowMs();
    if (now - this.#lastTickMs > LEASE_MS) return 'slept';
    return now - this.#lastRenewalMs > SELF_ABORT_MS ? 'cut_off' : 'ok';
  }
}
