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

/** When the end that a fault brought about must have been told: whoever cannot reach the database tells it afterwards. */
const aftermathOf = (faults: readonly FaultRecord[], fault: FaultRecord, attempt: AttemptEvidence): number =>
  faults
    .filter((other) => other.hidesDatabase && hits(other, attempt))
    .sort((a, b) => a.startedAt - b.startedAt)
    .reduce(
      (until, other) => (other.startedAt > until ? until : Math.max(until, other.endedAt + AFTERMATH_MS)),
      fault.endedAt + AFTERMATH_MS,
    );

/** A claim whose answer got lost is ended by its worker, which finds it and does not run it. */
const isLostClaim = (fault: FaultRecord, attempt: AttemptEvidence, outcome: AttemptOutcome): boolean =>
  outcome === 'infrastructure' &&
  attempt.errorCode === 'internal' &&
  fault.hidesDatabase &&
  fault.startedAt <= attempt.startedAt + UNDER_WAY_MS;

/** Whether a fault that hit the attempt's worker while it ran excuses such an end. */
export const isExcused = (
  faults: readonly FaultRecord[],
  attempt: AttemptEvidence,
  outcome: AttemptOutcome,
): boolean =>
  faults.some((fault) => {
    if (!hits(fault, attempt)) return false;
    if (!fault.mayEnd.includes(outcome)) return isLostClaim(fault, attempt, outcome);
    // The dead are found when somebody is in touch with the database to look for them, which other faults may delay.
    return outcome === 'lost' || aftermathOf(faults, fault, attempt) >= (attempt.finishedAt ?? Infinity);
  });

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
