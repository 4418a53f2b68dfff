import { afterAttempt, statusOf, type AttemptOutcome, type Outcome, type Status } from '@drydock/domain';
import type { LostWorker } from '@drydock/contracts';
import type { TaskFailure } from '@drydock/engine';

/** An attempt that ends, and what its task has behind it. */
export interface EndedAttempt {
  readonly outcome: AttemptOutcome;
  readonly error: TaskFailure | null;
  /** Set with the outcome `lost`: the evidence, kept in the closing event. */
  readonly lost?: LostWorker;
  readonly cancelRequested: boolean;
  readonly maxAttempts: number;
  /** Attempts before this one: ended by a fault of ours, and by one of the task's own. */
  readonly earlier: { readonly ours: number; readonly own: number };
}

/** What the task becomes, with its closing event. */
export interface Closing {
  readonly status: Status;
  readonly outcome: Outcome | null;
  readonly error: TaskFailure | null;
  readonly delayMs: number;
  readonly event: 'task.finished' | 'task.released';
  readonly payload: Readonly<Record<string, unknown>>;
}

const REASONS: Partial<Record<AttemptOutcome, string>> = {
  lost: 'The worker stopped answering; the task runs again.',
  handed_back: 'The worker gave the task back; the task runs again.',
  infrastructure: 'The attempt failed by a fault of ours; the task runs again.',
};

const ATTEMPTS_LOST: TaskFailure = {
  code: 'attempts_lost',
  message: 'Too many attempts were lost with their workers. Look at the workers, then retry the task.',
};

const finished = (outcome: Outcome, error: TaskFailure | null, evidence: object): Closing => {
  const status = statusOf(outcome);
  return {
    status,
    outcome,
    error,
    delayMs: 0,
    event: 'task.finished',
    payload: { status, outcome, error, ...evidence },
  };
};

/** `afterAttempt` of the domain, with two rules of the store: a requested cancel wins over another try, losses have a name. */
export const decideClosing = (ended: EndedAttempt): Closing => {
  const { outcome, earlier, cancelRequested, lost } = ended;
  const evidence = lost === undefined ? {} : { lost };
  // Whoever asked for the end need not hear that the worker was lost on the way to it.
  if (outcome === 'lost' && cancelRequested) return finished('cancelled', null, evidence);
  const isOurs = outcome === 'lost' || outcome === 'infrastructure';
  const isOwn = !isOurs && outcome !== 'handed_back';
  const next = afterAttempt(outcome, {
    ours: earlier.ours + (isOurs ? 1 : 0),
    own: earlier.own + (isOwn ? 1 : 0),
    maxAttempts: ended.maxAttempts,
  });
  if (next.do === 'finish')
    return finished(next.outcome, outcome === 'lost' ? ATTEMPTS_LOST : ended.error, evidence);
  if (cancelRequested) return finished('cancelled', null, evidence);
  const reason = REASONS[outcome] ?? 'The attempt failed; the task has another one.';
  return {
    status: 'queued',
    outcome: null,
    error: null,
    delayMs: next.delayMs,
    event: 'task.released',
    payload: { outcome, reason, ...evidence },
  };
};
