const BYTES_PER_SECOND = 10 * 1024 ** 2;
const BURST_BYTES = 4 * 1024 ** 2;

/** A token bucket: how much console output may leave now. */
export class Pace {
  #tokens = BURST_BYTES;
  #filledAt: number;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#filledAt = now();
  }

  hasRoom(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(BURST_BYTES, this.#tokens + ((now - this.#filledAt) / 1000) * BYTES_PER_SECOND);
    this.#filledAt = now;
    return this.#tokens > 0;
  }

  /** May go below zero: what was taken too much is waited for later. */
  take(bytes: number): void {
    this.#tokens -= bytes;
  }
}
