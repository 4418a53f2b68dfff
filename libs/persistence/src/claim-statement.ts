import type { SessionId, TaskId } from '@drydock/domain';
import { escapeLiteral } from 'pg';
import { mayBecome } from './status-guard.ts';
import { SOURCE_TOKEN } from './source-token.ts';
import { TASK_COLUMNS, type TaskRow } from './task-row.ts';

/** One row always. `id` null: nothing to claim. */
export type ClaimRow = (TaskRow | { readonly id: null }) & {
  readonly live: boolean;
  readonly attempt: number;
  readonly workerId: string;
  readonly attemptStartedAt: Date;
  readonly sealed: Buffer | null;
  readonly taskId: TaskId;
};

/** Any two numbers that no other lock uses. */
const CLAIM_LOCK = 'SELECT pg_advisory_xact_lock(7305112, 1)';

/**
 * Makes tasks claimable whose time has come. Bounded, so that a crowd that is due at once does not hold up a claim; rows
 * that a cancel holds wait for the next call.
 */
export const RELEASE_DUE = `UPDATE "Task" SET "heldUntil" = NULL WHERE "id" IN (
  SELECT "id" FROM "Task" WHERE "status" = 'queued' AND "heldUntil" <= now()
  ORDER BY "heldUntil" LIMIT 500 FOR UPDATE SKIP LOCKED)`;

/**
 * A queue's statistics are always stale: planned as if it were empty, a claim would sort a team's hundred thousand rows to
 * find the first. These leave the planner the indexes that are made for it; they end with the message. What is switched off costs
 * 1e10 on paper, which would have the statement compiled for 700 ms, hence `jit`.
 */
export const PLAN_BY_INDEX = ['enable_sort', 'enable_seqscan', 'enable_bitmapscan', 'jit']
  .map((setting) => `SET LOCAL ${setting} = off`)
  .join(';\n');

/**
 * Whose turn it is: the team that runs least for its weight, and of those that run equally little the one that has had
 * least so far. Without the second rule, of three teams on two slots the one with the youngest queue would never start.
 * What a team has had is counted in virtual time (start-time fair queueing): a start moves its team 1 / weight ahead, and
 * one that was away goes on from the present, so that absence earns no credit.
 */
const PICK = `
present AS MATERIALIZED (
  SELECT coalesce(max("virtualStart"), 0) AS "time" FROM "TeamShare"
), ranked AS MATERIALIZED (
  SELECT team."id", team."weight", greatest(share."virtualFinish", present."time") AS "turn"
  FROM session CROSS JOIN present CROSS JOIN "Team" team
  LEFT JOIN "TeamShare" share ON share."teamId" = team."id"
  LEFT JOIN (SELECT "teamId", count(*)::float8 AS "count" FROM "Task" WHERE "status" = 'running' GROUP BY "teamId") running
    ON running."teamId" = team."id"
  CROSS JOIN LATERAL (SELECT q."createdAt" FROM "Task" q
    WHERE q."teamId" = team."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL
    ORDER BY q."createdAt" LIMIT 1) oldest
  WHERE team."maxConcurrent" IS NULL OR coalesce(running."count", 0) < team."maxConcurrent"
  ORDER BY coalesce(running."count", 0) / greatest(team."weight", 1), "turn", oldest."createdAt", team."id"
), picked AS MATERIALIZED (
  SELECT first."id", ranked."id" AS "teamId", ranked."turn", ranked."turn" + 1.0 / greatest(ranked."weight", 1) AS "paid"
  FROM ranked CROSS JOIN LATERAL (SELECT q."id" FROM "Task" q
    WHERE q."teamId" = ranked."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL AND NOT q."cancelRequested"
    ORDER BY q."priority" DESC, q."createdAt", q."id" LIMIT 1 FOR UPDATE SKIP LOCKED) first
  LIMIT 1
)`;

const TAKE = `
claimed AS (
  UPDATE "Task" t SET "status" = 'running', "phase" = NULL, "currentAttempt" = t."currentAttempt" + 1,
    "startedAt" = coalesce(t."startedAt", clock_timestamp()), "lastSeq" = t."lastSeq" + 1, "lastBatch" = 0
  FROM picked WHERE t."id" = picked."id" AND ${mayBecome('running')}
  RETURNING t."currentAttempt", t."lastSeq", ${TASK_COLUMNS}
), opened AS (
  INSERT INTO "Attempt" ("taskId", "number", "teamId", "sessionId", "bootNonce", "workerId", "startedAt")
  SELECT claimed."id", claimed."currentAttempt", claimed."teamId", session."id", session."bootNonce", session."workerId",
    clock_timestamp()
  FROM claimed CROSS JOIN session
  RETURNING "number", "workerId", "startedAt"
), served AS (
  INSERT INTO "TeamShare" ("teamId", "virtualStart", "virtualFinish")
  SELECT picked."teamId", picked."turn", picked."paid" FROM picked JOIN claimed ON claimed."id" = picked."id"
  ON CONFLICT ("teamId") DO UPDATE
    SET "virtualStart" = excluded."virtualStart", "virtualFinish" = excluded."virtualFinish"
), noted AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT claimed."id", claimed."lastSeq", claimed."currentAttempt", 'task.claimed', clock_timestamp(), claimed."teamId",
    jsonb_build_object('workerId', session."workerId")
  FROM claimed CROSS JOIN session
)`;

/**
 * The claim as one message for `Database.batch`. Claims take turns by a lock for some milliseconds: only so are shares and
 * limits exact, and a claimer never goes away empty-handed because another one held what it wanted. The lock is bound to
 * the message, not to the client, so that a worker that freezes holds up nobody. Each statement has its own snapshot, so
 * the counts are taken after the lock.
 */
export const claimStatement = (session: SessionId): string => `
${CLAIM_LOCK};
${PLAN_BY_INDEX};
${RELEASE_DUE};
WITH session AS MATERIALIZED (
  SELECT "id", "bootNonce", "workerId" FROM "WorkerSession"
  WHERE "id" = ${escapeLiteral(session)} AND "endedAt" IS NULL AND "leaseUntil" > clock_timestamp()
), ${PICK}, ${TAKE}
SELECT claimed.*, EXISTS (SELECT 1 FROM session) AS "live", opened."number" AS "attempt", opened."workerId",
  opened."startedAt" AS "attemptStartedAt",
  (SELECT s."sealed" FROM "Secret" s WHERE s."taskId" = claimed."id" AND s."purpose" = '${SOURCE_TOKEN}') AS "sealed"
FROM (VALUES (1)) always LEFT JOIN claimed ON true LEFT JOIN opened ON true`;
