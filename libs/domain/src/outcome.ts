import type { Status } from './task-state.ts';

const SUCCEEDED_OUTCOMES = ['changed', 'no_changes'] as const;
/** Outcomes of the status `failed`. */
export const FAILED_OUTCOMES = [
  'agent_failed',
  'agent_stuck',
  'verification_failed',
  'budget_exceeded',
  'timeout',
  'setup_failed',
  'checkout_failed',
  'image_unavailable',
  'patch_rejected',
  'out_of_memory',
  'disk_exceeded',
  'infrastructure',
] as const;

/** How a task ended: coarse and closed. */
export const OUTCOMES = [...SUCCEEDED_OUTCOMES, ...FAILED_OUTCOMES, 'cancelled'] as const;
/** How an attempt ended: the task's outcomes, and two that put the task back into the queue. */
export const ATTEMPT_OUTCOMES = [...OUTCOMES, 'lost', 'handed_back'] as const;

export type FailedOutcome = (typeof FAILED_OUTCOMES)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

const includes = <T extends string>(list: readonly T[], value: string): value is T =>
  (list as readonly string[]).includes(value);

export const isFailedOutcome = (outcome: string): outcome is FailedOutcome =>
  includes(FAILED_OUTCOMES, outcome);

/** The final status that an outcome belongs to. */
export const statusOf = (outcome: Outcome): Extract<Status, 'succeeded' | 'failed' | 'cancelled'> => {
  if (outcome === 'cancelled') return 'cancelled';
  return includes(SUCCEEDED_OUTCOMES, outcome) ? 'succeeded' : 'failed';
};
