import { INFRASTRUCTURE_ATTEMPTS } from './limits.ts';
import type { AttemptOutcome, Outcome } from './outcome.ts';

export type AfterAttempt =
  { readonly do: 'finish'; readonly outcome: Outcome } | { readonly do: 'requeue'; readonly delayMs: number };

/** Counts include the attempt that just ended. */
export interface AttemptCounts {
  /** Attempts that ended by a fault of ours: `lost` or `infrastructure`. */
  readonly ours: number;
  /** Attempts that ended with an outcome of the task's own. */
  readonly own: number;
  readonly maxAttempts: number;
}

/** Another try may change these; the rest would only repeat themselves. */
const RETRIED: ReadonlySet<AttemptOutcome> = new Set([
  'agent_failed',
  'agent_stuck',
  'verification_failed',
  'timeout',
  'setup_failed',
]);

/** First retry at once, then 5 s, 10 s, 20 s … up to five minutes. */
export const backoffMs = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(5_000 * 2 ** (failures - 2), 300_000);

/**
 * What follows an attempt. Our faults never use up the client's `maxAttempts`; a drained worker's attempt counts as
 * nothing at all.
 */
export const afterAttempt = (outcome: AttemptOutcome, counts: AttemptCounts): AfterAttempt => {
  if (outcome === 'handed_back') return { do: 'requeue', delayMs: 0 };
  if (outcome === 'lost' || outcome === 'infrastructure')
    return counts.ours < INFRASTRUCTURE_ATTEMPTS
      ? { do: 'requeue', delayMs: backoffMs(counts.ours) }
      : { do: 'finish', outcome: 'infrastructure' };
  if (RETRIED.has(outcome) && counts.own < counts.maxAttempts)
    return { do: 'requeue', delayMs: backoffMs(counts.own) };
  return { do: 'finish', outcome };
};
