/**
 * How long this process has had an unbroken view of the database. After an outage every lease looks ended, although the
 * workers live on: whoever takes attempts back must first have given them one full lease to renew.
 */
export class LeaseHealth {
  readonly #leaseMs: number;
  readonly #nowMs: () => number;
  #healthySinceMs: number | null = null;
  #lastMs = 0;

  /** @param nowMs - a monotonic clock. */
  constructor(leaseMs: number, nowMs: () => number) {
    this.#leaseMs = leaseMs;
    this.#nowMs = nowMs;
  }

  /** The database answered. A gap of a lease since the last answer counts as an outage: the process may have slept. */
  answered(): void {
    const nowMs = this.#nowMs();
    if (this.#healthySinceMs === null || nowMs - this.#lastMs > this.#leaseMs) this.#healthySinceMs = nowMs;
    this.#lastMs = nowMs;
  }

  failed(): void {
    this.#healthySinceMs = null;
  }

  /** Whether the view has been unbroken for one full lease, as of the last answer. */
  isTrusted(): boolean {
    return this.#healthySinceMs !== null && this.#lastMs - this.#healthySinceMs >= this.#leaseMs;
  }
}
