import type { LostWorker } from '@drydock/contracts';
import type { Phase, SessionId, TaskId, Usage } from '@drydock/domain';
import type { TakenBack } from '@drydock/engine';
import { closeAttempts, type ClosedAttempt } from './close-attempts.ts';
import type { Queries } from './database.ts';
import { decideClosing } from './decide-closing.ts';
import { EARLIER_COLUMNS, endedAttempt, type EarlierRow } from './finish-attempt.ts';
import { USAGE_COLUMNS } from './task-row.ts';

/** Attempts per transaction: some 20 ms of row locks. */
const BATCH = 100;

interface LostRow extends EarlierRow, Usage {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly sessionId: SessionId;
  readonly workerId: string;
  readonly host: string;
  readonly phase: Phase | null;
  readonly heartbeatAt: Date;
}

// Locking checks the conditions anew: a session that renewed in time, or an attempt that finished, drops out. A row that
// another sweeper or a finish holds is skipped, so sweepers never wait for each other.
const LOST = `SELECT a."taskId", a."number" AS "attempt", a."sessionId", a."workerId", s."host", s."heartbeatAt", t."phase",
    ${USAGE_COLUMNS}, ${EARLIER_COLUMNS}
  FROM "Attempt" a JOIN "WorkerSession" s ON s."id" = a."sessionId" JOIN "Task" t ON t."id" = a."taskId"
  WHERE a."finishedAt" IS NULL AND s."leaseUntil" <= clock_timestamp()
    AND t."status" = 'running' AND t."currentAttempt" = a."number"
  LIMIT ${String(BATCH)} FOR UPDATE OF a, s, t SKIP LOCKED`;

const lostWorker = ({ workerId, sessionId, host, phase, heartbeatAt }: LostRow): LostWorker => ({
  workerId,
  sessionId,
  host,
  phase,
  heartbeatAt: heartbeatAt.toISOString(),
});

const closedAttempt = (row: LostRow): ClosedAttempt => ({
  taskId: row.taskId,
  attempt: row.attempt,
  outcome: 'lost',
  error: null,
  closing: decideClosing(endedAttempt(row, { outcome: 'lost', error: null, lost: lostWorker(row) })),
  result: null,
});

const takenBack = (row: LostRow, { taskId, attempt, closing: { outcome } }: ClosedAttempt): TakenBack => {
  const { modelCalls, inputTokens, cachedTokens, outputTokens, costUsd, agentSeconds } = row;
  const usage = { modelCalls, inputTokens, cachedTokens, outputTokens, costUsd, agentSeconds };
  return { taskId, attempt, finished: outcome === null ? null : { outcome, usage } };
};

/**
 * Takes back one batch of attempts whose session's lease has ended. The sessions are ended with them, in the same
 * transaction: their next heartbeat must hear `lease_lost`.
 */
export const sweepAttempts = async (tx: Queries): Promise<TakenBack[]> => {
  const lost = await tx.rows<LostRow>({ name: 'lock-lost', text: LOST });
  if (lost.length === 0) return [];
  await tx.rows({
    text: `UPDATE "WorkerSession" SET "endedAt" = coalesce("endedAt", clock_timestamp()) WHERE "id" = ANY($1)`,
    values: [[...new Set(lost.map((row) => row.sessionId))]],
  });
  const closed = lost.map((row) => ({ row, attempt: closedAttempt(row) }));
  await closeAttempts(
    tx,
    closed.map(({ attempt }) => attempt),
  );
  return closed.map(({ row, attempt }) => takenBack(row, attempt));
};
