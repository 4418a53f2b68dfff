import type { AttemptOutcome } from '@drydock/domain';
import type { AttemptEnd, Fence } from '@drydock/engine';
import { closeAttempts } from './close-attempts.ts';
import type { Queries } from './database.ts';
import { decideClosing, type EndedAttempt } from './decide-closing.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';

/** Select list that an `EndedAttempt` needs, for a task aliased `t`. Attempts that have not ended count as nothing. */
export const EARLIER_COLUMNS = `t."cancelRequested", t."maxAttempts",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id" AND b."outcome" IN ('lost', 'infrastructure')) AS "ours",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id"
    AND b."outcome" NOT IN ('lost', 'infrastructure', 'handed_back')) AS "own"`;

export interface EarlierRow {
  readonly cancelRequested: boolean;
  readonly maxAttempts: number;
  readonly ours: number;
  readonly own: number;
}

export const endedAttempt = (
  row: EarlierRow,
  end: Pick<EndedAttempt, 'outcome' | 'error' | 'lost'>,
): EndedAttempt => ({
  outcome: end.outcome,
  error: end.error,
  ...(end.lost && { lost: end.lost }),
  cancelRequested: row.cancelRequested,
  maxAttempts: row.maxAttempts,
  earlier: { ours: row.ours, own: row.own },
});

// Each attempt has one closing event. It stands near the end of the history, unless later attempts wrote much.
const CLOSED = `SELECT a."outcome", (SELECT e."type" FROM "TaskEvent" e
    WHERE e."taskId" = a."taskId" AND e."attempt" = a."number" AND e."type" IN ('task.finished', 'task.released')
    ORDER BY e."seq" DESC LIMIT 1) AS "event"
  FROM "Attempt" a WHERE a."taskId" = $1 AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NOT NULL`;

/** What an end came to that this session has told before; its answer got lost. @throws AppError `lease_lost`. */
const toldBefore = async (tx: Queries, fence: Fence, end: AttemptEnd): Promise<'finished' | 'requeued'> => {
  const [closed] = await tx.rows<{ outcome: AttemptOutcome; event: string }>({
    name: 'closed-attempt',
    text: CLOSED,
    values: fenceValues(fence),
  });
  // Any other outcome is somebody else's word: `lost` is the sweep's.
  if (closed?.outcome !== end.outcome) throw leaseLost(fence);
  return closed.event === 'task.released' ? 'requeued' : 'finished';
};

/** Runs inside a transaction: a cancel that comes meanwhile waits for the task's row, then meets what is left of it. */
export const finishAttempt = async (
  tx: Queries,
  fence: Fence,
  end: AttemptEnd,
): Promise<'finished' | 'requeued'> => {
  const [row] = await tx.rows<EarlierRow>({
    name: 'lock-attempt',
    text: `SELECT ${EARLIER_COLUMNS} FROM "Task" t JOIN "Attempt" a ON ${FENCE_GUARD} FOR UPDATE OF t, a`,
    values: fenceValues(fence),
  });
  if (row === undefined) return toldBefore(tx, fence, end);
  const closing = decideClosing(endedAttempt(row, end));
  const closed = { taskId: fence.taskId, attempt: fence.attempt, outcome: end.outcome, error: end.error };
  if ((await closeAttempts(tx, [{ ...closed, closing, result: end }])) !== 1) throw leaseLost(fence);
  return closing.status === 'queued' ? 'requeued' : 'finished';
};
