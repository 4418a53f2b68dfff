import type { AttemptOutcome } from '@drydock/domain';
import type { AttemptEvidence, FaultRecord } from './evidence.ts';

/**
 * So long after a fault an attempt may still end by it: a process that starts anew, calls that are tried again for a minute
 * at most, and a machine with much else to do.
 */
export const AFTERMATH_MS = 30_000;
/** A claim that was under way when its worker was hit is committed a moment later. */
const UNDER_WAY_MS = 5_000;

const hits = (fault: FaultRecord, { workerId, startedAt, finishedAt }: AttemptEvidence): boolean =>
  (fault.target === 'all' || fault.target === workerId) &&
  fault.startedAt <= (finishedAt ?? Infinity) &&
  fault.endedAt + UNDER_WAY_MS >= startedAt;

/** The dead are found when somebody is in touch with the database to look for them, which other faults may delay. */
const isInTime = (fault: FaultRecord, { finishedAt }: AttemptEvidence, outcome: AttemptOutcome): boolean =>
  outcome === 'lost' || fault.endedAt + AFTERMATH_MS >= (finishedAt ?? Infinity);

/** Whether a fault that hit the attempt's worker while it ran excuses such an end. */
export const isExcused = (
  faults: readonly FaultRecord[],
  attempt: AttemptEvidence,
  outcome: AttemptOutcome,
): boolean =>
  faults.some(
    (fault) => fault.mayEnd.includes(outcome) && hits(fault, attempt) && isInTime(fault, attempt, outcome),
  );

/** By how much the clock of an attempt's worker was wrong at most, while it ran. */
export const clockShiftOf = (faults: readonly FaultRecord[], attempt: AttemptEvidence): number =>
  Math.max(
    0,
    ...faults
      .filter(({ target }) => target === 'all' || target === attempt.workerId)
      .filter(({ startedAt }) => startedAt <= (attempt.finishedAt ?? Infinity))
      .filter(({ endedAt }) => endedAt + UNDER_WAY_MS >= attempt.startedAt)
      .map(({ clockShiftMs }) => Math.abs(clockShiftMs)),
  );
