import { AppError, type AbortKind, type ErrorCode, type FailedOutcome, type Phase } from '@drydock/domain';
import type { TaskFailure } from '../ports/task-record.ts';
import type { PhaseEnd } from './phase-run.ts';

/** Null: the phase did what it should. */
export interface Verdict {
  readonly outcome: FailedOutcome | 'cancelled' | 'lost' | 'handed_back';
  readonly error: TaskFailure | null;
}

interface PhaseCodes {
  readonly failed: ErrorCode;
  readonly timeout: ErrorCode;
  readonly limit: string;
}

/** What a failure is called in each phase; the outcome follows from the code. */
const CODES: Record<Exclude<Phase, 'checkout'>, PhaseCodes> = {
  setup: { failed: 'setup_command_failed', timeout: 'setup_timeout', limit: 'limits.setupSeconds' },
  agent: { failed: 'harness_failed', timeout: 'agent_timeout', limit: 'limits.timeoutSeconds' },
  collect: { failed: 'runner_failed', timeout: 'collect_timeout', limit: "the operator's limit" },
  verify: { failed: 'verify_command_failed', timeout: 'verify_timeout', limit: 'limits.verifySeconds' },
};

/** The runner's words about an end, as codes. What is not listed is the phase's plain failure. */
const RUNNER_CODES: Readonly<Record<string, ErrorCode>> = {
  image_unusable: 'image_unusable',
  step_limit: 'step_limit_reached',
  model_failed: 'model_failed',
  stuck: 'agent_loop',
  collect_too_large: 'tree_uncollectable',
  collect_uncollectable: 'tree_uncollectable',
  collect_diff_too_large: 'diff_too_large',
  collect_not_exact: 'patch_not_exact',
};

export const verdictOf = (error: AppError): Verdict => ({
  outcome: error.outcome,
  error: { code: error.code, message: error.detail },
});

export const DISK_VERDICT = verdictOf(
  new AppError(
    'disk_limit_reached',
    'The workspace and HOME grew past limits.diskMb. Raise it, or write less.',
  ),
);

/** What a stop of the whole attempt makes of it, in whichever phase it comes. */
export const STOP_VERDICTS = {
  cancel: { outcome: 'cancelled', error: null },
  drain: { outcome: 'handed_back', error: null },
  lease_lost: { outcome: 'lost', error: null },
  slept: { outcome: 'lost', error: null },
  cut_off: { outcome: 'lost', error: null },
} as const satisfies Partial<Record<AbortKind, Verdict>>;

const stoppedVerdict = (end: PhaseEnd, codes: PhaseCodes): Verdict | null => {
  switch (end.stopped) {
    case 'cancel':
    case 'drain':
    case 'lease_lost':
    case 'slept':
    case 'cut_off':
      return STOP_VERDICTS[end.stopped];
    case 'disk':
      return DISK_VERDICT;
    case 'timeout':
      return verdictOf(
        new AppError(
          codes.timeout,
          `The phase was stopped after its time (${codes.limit}). What was done until then is kept.`,
        ),
      );
    case 'fault':
      return verdictOf(
        new AppError(
          'internal',
          'The attempt was stopped by a fault on our side; the logs have the details.',
        ),
      );
    case null:
      return null;
  }
};

const failedMessage = (end: PhaseEnd): string =>
  end.done?.message ??
  `The process in the sandbox ended with exit code ${String(end.exit.exitCode)} and without a report.`;

/**
 * Judges the end of a phase. A stop from outside outranks what the runner said; an OOM kill counts only when the phase
 * failed; a budget refusal of the gateway outranks the agent's own words about its failure.
 */
export const judgePhase = (
  phase: Exclude<Phase, 'checkout'>,
  end: PhaseEnd,
  gateway: { refusal: AppError | null; failure: AppError | null } = { refusal: null, failure: null },
): Verdict | null => {
  const codes = CODES[phase];
  const stopped = stoppedVerdict(end, codes);
  if (stopped) return stopped;
  if (end.done?.ok === true) return null;
  if (end.exit.oomKilled)
    return verdictOf(
      new AppError(
        'memory_limit_reached',
        'A process was killed for memory (limits.memoryMb). Raise the limit, or use less.',
      ),
    );
  if (gateway.refusal) return verdictOf(gateway.refusal);
  if (end.done?.code === 'model_failed' && gateway.failure) return verdictOf(gateway.failure);
  const code =
    RUNNER_CODES[end.done?.code ?? ''] ??
    (end.done?.code === 'budget' ? 'token_limit_reached' : codes.failed);
  return verdictOf(new AppError(code, failedMessage(end)));
};

/** A verdict that leaves no work worth collecting behind, or nobody to write it for. */
export const endsWithoutCollect = (verdict: Verdict): boolean =>
  verdict.outcome === 'lost' || verdict.outcome === 'handed_back';
