/** Makes the pending deliveries due of the tasks that `taskIds` selects: they have ended. */
export const releaseDeliveries = (taskIds: string): string =>
  `UPDATE "Delivery" d SET "notBefore" = clock_timestamp(), "updatedAt" = clock_timestamp()
  WHERE d."taskId" IN (${taskIds}) AND d."state" = 'pending' AND d."notBefore" IS NULL`;

/** Condition on a delivery `d`: its time has come, whoever may have it. In the words of its partial index, by a stable clock. */
export const IS_DUE = `d."state" = 'pending' AND d."notBefore" <= statement_timestamp()`;

/** Whoever takes a try back counts it on, so that the try can tell for ever whether its own words were written. */
const TAKE_BACK = `"sessionId" = NULL, "attempts" = d."attempts" + 1`;

/** What a session had that ends in order: others may have it at once. The parameter is the session. */
export const HAND_BACK_DELIVERIES = `UPDATE "Delivery" d SET ${TAKE_BACK} WHERE ${IS_DUE} AND d."sessionId" = $1`;

// A session that lost a delivery has lost all it had: its next heartbeat must hear of it, as after the sweep of attempts.
export const SWEEP_DELIVERIES = `
WITH held AS MATERIALIZED (
  SELECT d."id", d."sessionId" FROM "Delivery" d WHERE ${IS_DUE} AND d."sessionId" IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM "WorkerSession" s
    WHERE s."id" = d."sessionId" AND s."endedAt" IS NULL AND s."leaseUntil" > clock_timestamp())
  LIMIT 100 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE "Delivery" d SET ${TAKE_BACK}, "postponed" = d."postponed" + 1 FROM held WHERE d."id" = held."id"
)
UPDATE "WorkerSession" SET "endedAt" = clock_timestamp()
  WHERE "id" IN (SELECT "sessionId" FROM held) AND "endedAt" IS NULL AND "leaseUntil" <= clock_timestamp()`;

/** Of tasks that a worker ended which knows no deliveries: looked for rarely, and found only while both versions run. */
export const RELEASE_FORGOTTEN = `
UPDATE "Delivery" SET "notBefore" = clock_timestamp() WHERE "id" IN (
  SELECT d."id" FROM "Delivery" d JOIN "Task" t ON t."id" = d."taskId"
  WHERE d."state" = 'pending' AND d."notBefore" IS NULL AND t."finishedAt" < clock_timestamp() - interval '10 seconds'
  LIMIT 1000 FOR UPDATE OF d SKIP LOCKED)
RETURNING 1`;
