import type { SessionStore } from '../ports/session-store.ts';
import { LEASE_MS } from './lease-clock.ts';

export const SWEEP_EVERY_MS = 1000;

/**
 * Takes back attempts of ended sessions. After any failure it waits until its own connection has been healthy for one
 * full lease: after an outage of PostgreSQL everybody's lease has ended, and their owners must get to renew first.
 */
export class Sweeper {
  readonly #sessions: SessionStore;
  readonly #now: () => number;
  #healthySince: number | null = null;

  /** @param now - Monotonic milliseconds. */
  constructor(sessions: SessionStore, now: () => number = () => performance.now()) {
    this.#sessions = sessions;
    this.#now = now;
  }

  /** @returns How many attempts were taken back. */
  async sweepOnce(): Promise<number> {
    try {
      await this.#sessions.ping();
      this.#healthySince ??= this.#now();
      if (this.#now() - this.#healthySince < LEASE_MS) return 0;
      return await this.#sessions.sweep();
    } catch (error) {
      this.#healthySince = null;
      throw error;
    }
  }
}
