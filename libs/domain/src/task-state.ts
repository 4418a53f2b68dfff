/** Where a task stands, for clients. */
export const STATUSES = [
  'queued',
  'running',
  'waiting_for_input',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type Status = (typeof STATUSES)[number];

/** Phases of an attempt, in their order. */
export const PHASES = ['checkout', 'setup', 'agent', 'collect', 'verify'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * The one transition table. Every status change is a guarded update that hits a row only in one of `sourcesOf(to)`; zero
 * rows mean that somebody else was first. `waiting_for_input` is named but not yet reachable.
 */
export const NEXT = {
  queued: ['running', 'cancelled'],
  running: ['succeeded', 'failed', 'cancelled', 'queued'],
  waiting_for_input: [],
  succeeded: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<Status, readonly Status[]>;

/** Whether the table has this transition. */
export const canBecome = (from: Status, to: Status): boolean =>
  (NEXT[from] as readonly Status[]).includes(to);

/** Where a task may come from when it becomes `to`. */
export const sourcesOf = (to: Status): Status[] => STATUSES.filter((from) => canBecome(from, to));

/** Final is final: a retry makes a new task. */
export const isFinal = (status: Status): boolean =>
  NEXT[status].length === 0 && status !== 'waiting_for_input';
