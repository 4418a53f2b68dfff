import type { AttemptOutcome } from '@drydock/domain';
import type { AttemptEvidence, FaultRecord } from './evidence.ts';

/**
 * So long after a fault its victims may still be found: the lease (10 s), the lease for which a sweeper must have been in
 * touch itself (10 s), a process that starts anew, and a machine with much else to do.
 */
export const AFTERMATH_MS = 30_000;
/** A claim that was under way when its worker was hit is committed a moment later. */
const UNDER_WAY_MS = 5_000;

const hits = (fault: FaultRecord, { workerId, startedAt, finishedAt }: AttemptEvidence): boolean => {
  const end = finishedAt ?? Infinity;
  return (
    (fault.target === 'all' || fault.target === workerId) &&
    fault.startedAt <= end &&
    fault.endedAt + AFTERMATH_MS >= end &&
    fault.endedAt + UNDER_WAY_MS >= startedAt
  );
};

/** Whether a fault that hit the attempt's worker while it ran excuses such an end. */
export const isExcused = (
  faults: readonly FaultRecord[],
  attempt: AttemptEvidence,
  outcome: AttemptOutcome,
): boolean => faults.some((fault) => fault.mayEnd.includes(outcome) && hits(fault, attempt));

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
