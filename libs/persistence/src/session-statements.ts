import { PLAN_BY_INDEX, RELEASE_DUE } from './claim-statement.ts';
import { HAND_BACK_DELIVERIES } from './deliveries/release-deliveries.ts';

const LEASE = (milliseconds: string): string =>
  `clock_timestamp() + ${milliseconds}::int * interval '1 millisecond'`;

/** Opening a session again revives it; what it had owned stays taken back, because the fence has moved on. */
export const OPEN = `INSERT INTO "WorkerSession"
    ("id", "workerId", "bootNonce", "host", "version", "concurrency", "leaseUntil")
  VALUES ($1, $2, $3, $4, $5, $6, ${LEASE('$7')})
  ON CONFLICT ("id") DO UPDATE SET "host" = excluded."host", "version" = excluded."version",
    "concurrency" = excluded."concurrency", "draining" = false, "endedAt" = NULL, "heartbeatAt" = clock_timestamp(),
    "leaseUntil" = excluded."leaseUntil"`;

// A lease that ended while the database was away is renewed as long as nobody has taken the attempts back: `endedAt` is
// set by the sweep that does, under the same row lock.
export const HEARTBEAT = `
WITH beat AS (
  UPDATE "WorkerSession" SET "leaseUntil" = ${LEASE('$3')}, "heartbeatAt" = clock_timestamp(), "draining" = $2
  WHERE "id" = $1 AND "endedAt" IS NULL RETURNING "id"
), owned AS MATERIALIZED (
  SELECT a."taskId", a."number", t."cancelRequested" FROM "Attempt" a JOIN "Task" t ON t."id" = a."taskId"
  WHERE a."sessionId" = $1 AND a."finishedAt" IS NULL
)
SELECT
  (SELECT coalesce(json_agg("taskId"), '[]') FROM owned WHERE "cancelRequested") AS "cancel",
  (SELECT coalesce(json_agg(json_build_object('taskId', "taskId", 'attempt', "number", 'sessionId', $1::text)), '[]')
    FROM owned) AS "owned"
FROM beat`;

export const CLOSE = `
WITH closed AS (
  UPDATE "WorkerSession" SET "leaseUntil" = clock_timestamp(), "draining" = true,
    "endedAt" = coalesce("endedAt", clock_timestamp()) WHERE "id" = $1
)
${HAND_BACK_DELIVERIES}`;

// Not only those with a live lease: one that has just ended may still be renewed, and until a sweep has closed the attempt
// its containers must stay.
export const LIVE_ATTEMPTS = `SELECT "taskId", "number" AS "attempt" FROM "Attempt" WHERE "finishedAt" IS NULL`;

/** Claimable tasks within the limits of their teams, counted up to `atMost`; one message, as tasks that are due come first. */
export const countEligibleStatement = (atMost: number): string => {
  const most = String(Math.max(0, Math.trunc(atMost)));
  return `${PLAN_BY_INDEX};
${RELEASE_DUE};
SELECT count(*)::int AS "count" FROM (
  SELECT 1 FROM "Team" team CROSS JOIN LATERAL (SELECT 1 FROM "Task" q
    WHERE q."teamId" = team."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL
    LIMIT CASE WHEN team."maxConcurrent" IS NULL THEN ${most} ELSE greatest(0, team."maxConcurrent" - (
      SELECT count(*) FROM "Task" r WHERE r."teamId" = team."id" AND r."status" = 'running')) END) own
  LIMIT ${most}
) eligible`;
};
