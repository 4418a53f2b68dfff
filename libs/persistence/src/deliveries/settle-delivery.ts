import { AppError } from '@drydock/domain';
import type { DeliveryEnd, DeliveryFence, DeliveryFound, Postponement } from '@drydock/engine';
import type { QueryConfig } from 'pg';
import type { Queries } from '../database.ts';
import { jsonb } from '../jsonb.ts';

/** Condition on a delivery `d`: this try of this session has it. */
const FENCE = `d."id" = $1 AND d."attempts" = $2 AND d."sessionId" = $3 AND d."state" = 'pending'`;

const fenceValues = ({ deliveryId, attempt, sessionId }: DeliveryFence): unknown[] => [
  deliveryId,
  attempt,
  sessionId,
];

/** The answer may have got lost: the same try has put the delivery down already. Whoever takes one back counts it on. */
const TOLD_BEFORE = `SELECT 1 FROM "Delivery" d WHERE d."id" = $1 AND d."attempts" = $2 AND d."sessionId" IS NULL`;

const NOTE = `UPDATE "Delivery" d SET "found" = d."found" || $4::jsonb, "url" = coalesce($5, d."url"),
  "updatedAt" = clock_timestamp() WHERE ${FENCE} RETURNING 1`;

const POSTPONE = `UPDATE "Delivery" d SET "sessionId" = NULL, "error" = $4::jsonb, "updatedAt" = clock_timestamp(),
  "notBefore" = clock_timestamp() + $5::float8 * interval '1 millisecond', "postponed" = d."postponed" + $6::int
  WHERE ${FENCE} RETURNING 1`;

// The token goes with the last delivery that may need it. The statement sees its own row as it was.
const FINISH = `
WITH done AS (
  UPDATE "Delivery" d SET "state" = $4, "error" = $5::jsonb, "sessionId" = NULL, "postponed" = 0,
    "updatedAt" = clock_timestamp() WHERE ${FENCE} RETURNING d."id", d."taskId", d."state"
), told AS MATERIALIZED (
  SELECT "type", "payload", "nth" FROM jsonb_to_recordset($6::jsonb) AS e("type" text, "payload" jsonb, "nth" int)
), task AS (
  UPDATE "Task" t SET "lastSeq" = t."lastSeq" + (SELECT count(*)::int FROM told) FROM done WHERE t."id" = done."taskId"
  RETURNING t."id", t."teamId", t."lastSeq" - (SELECT count(*)::int FROM told) AS "before"
), event AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
  SELECT task."id", task."before" + told."nth", told."type", clock_timestamp(), task."teamId", told."payload"
  FROM task CROSS JOIN told
), secret AS (
  DELETE FROM "Secret" s USING done WHERE s."taskId" = done."taskId" AND done."state" <> 'held' AND NOT EXISTS (
    SELECT 1 FROM "Delivery" o WHERE o."taskId" = done."taskId" AND o."id" <> done."id" AND o."state" IN ('pending', 'held'))
)
SELECT 1 FROM done`;

const lost = ({ deliveryId, attempt }: DeliveryFence): AppError =>
  new AppError(
    'lease_lost',
    `Try ${String(attempt)} of ${deliveryId} is no longer this worker's. Stop its work.`,
  );

const mustHit = async (
  queries: Queries,
  fence: DeliveryFence,
  { statement, mayBeTold }: { statement: QueryConfig; mayBeTold: boolean },
): Promise<void> => {
  if ((await queries.rows(statement)).length > 0) return;
  const isTold =
    mayBeTold &&
    (await queries.rows({ text: TOLD_BEFORE, values: [fence.deliveryId, fence.attempt] })).length > 0;
  if (!isTold) throw lost(fence);
};

export const noteFound = (queries: Queries, fence: DeliveryFence, found: DeliveryFound): Promise<void> =>
  mustHit(queries, fence, {
    statement: { text: NOTE, values: [...fenceValues(fence), jsonb(found), found.url ?? null] },
    mayBeTold: false,
  });

export const postpone = (queries: Queries, fence: DeliveryFence, why: Postponement): Promise<void> =>
  mustHit(queries, fence, {
    statement: {
      text: POSTPONE,
      values: [...fenceValues(fence), jsonb(why.error), why.delayMs, why.isFailure ? 1 : 0],
    },
    mayBeTold: true,
  });

/** One statement: the state, the events that tell of it, and the end of the token. */
export const finishDelivery = (queries: Queries, fence: DeliveryFence, end: DeliveryEnd): Promise<void> => {
  const notices = (end.notices ?? []).map(({ code, message }) => ({
    type: 'notice',
    payload: { code, message },
  }));
  const changed = { type: 'delivery.changed', payload: { id: fence.deliveryId, state: end.state } };
  const told = [...notices, changed].map((event, i) => ({ ...event, nth: i + 1 }));
  return mustHit(queries, fence, {
    statement: {
      text: FINISH,
      values: [...fenceValues(fence), end.state, end.error === null ? null : jsonb(end.error), jsonb(told)],
    },
    mayBeTold: true,
  });
};
