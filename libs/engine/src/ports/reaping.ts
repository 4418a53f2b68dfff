import type { AttemptKey } from './attempt-key.ts';

/**
 * Told which attempts have something on this host, answers which of them nobody owns any more. An adapter asks after it
 * looked: what appears in between is not among what was found, and what was found was claimed before.
 */
export type AskDead = (found: readonly AttemptKey[]) => Promise<readonly AttemptKey[]>;

export interface Reaped {
  readonly removed: number;
  /** Attempts of which something could not be removed; the next round tries again. */
  readonly stuck: readonly AttemptKey[];
}
