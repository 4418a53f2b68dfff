import type { TaskId } from '@drydock/domain';
import { closeAttempts } from './close-attempts.ts';
import type { Queries } from './database.ts';
import { decideClosing } from './decide-closing.ts';
import { EARLIER_COLUMNS, endedAttempt, type EarlierRow } from './finish-attempt.ts';

/** Attempts per transaction: some 20 ms of row locks. */
const BATCH = 100;

interface LostRow extends EarlierRow {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly sessionId: string;
}

// Locking checks the conditions anew: a session that renewed in time, or an attempt that finished, drops out. A row that
// another sweeper or a finish holds is skipped, so sweepers never wait for each other.
const LOST = `SELECT a."taskId", a."number" AS "attempt", a."sessionId", ${EARLIER_COLUMNS}
  FROM "Attempt" a JOIN "WorkerSession" s ON s."id" = a."sessionId" JOIN "Task" t ON t."id" = a."taskId"
  WHERE a."finishedAt" IS NULL AND s."leaseUntil" <= clock_timestamp()
    AND t."status" = 'running' AND t."currentAttempt" = a."number"
  LIMIT ${String(BATCH)} FOR UPDATE OF a, s, t SKIP LOCKED`;

/**
 * Takes back one batch of attempts whose session's lease has ended. The sessions are ended with them, in the same
 * transaction: their next heartbeat must hear `lease_lost`.
 */
export const sweepAttempts = async (tx: Queries): Promise<number> => {
  const lost = await tx.rows<LostRow>({ name: 'lock-lost', text: LOST });
  if (lost.length === 0) return 0;
  await tx.rows({
    text: `UPDATE "WorkerSession" SET "endedAt" = coalesce("endedAt", clock_timestamp()) WHERE "id" = ANY($1)`,
    values: [[...new Set(lost.map((row) => row.sessionId))]],
  });
  return closeAttempts(
    tx,
    lost.map((row) => ({
      taskId: row.taskId,
      attempt: row.attempt,
      outcome: 'lost',
      error: null,
      closing: decideClosing(endedAttempt(row, { outcome: 'lost', error: null })),
      result: null,
    })),
  );
};
