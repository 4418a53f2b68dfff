import type { DeliveryId, SessionId } from '@drydock/domain';
import type { DeliveryFound, PullRequestOrder } from '@drydock/engine';
import type { QueryConfig } from 'pg';
import { SOURCE_TOKEN } from '../source-token.ts';
import { TASK_COLUMNS, type TaskRow } from '../task-row.ts';
import { IS_DUE } from './release-deliveries.ts';

/** One row always. `deliveryId` null: nothing is due. */
export type DeliveryClaimRow = { readonly live: boolean } & (
  | { readonly deliveryId: null }
  | (TaskRow & {
      readonly deliveryId: DeliveryId;
      readonly attempt: number;
      readonly failures: number;
      readonly order: PullRequestOrder;
      readonly found: DeliveryFound;
      readonly sealed: Buffer | null;
      readonly mayEditWorkflows: boolean;
    })
);

/** Nobody has it, or this session without knowing: the answer to its claim got lost. Parameters: session, held ids. */
const IS_FREE = `(d."sessionId" IS NULL OR (d."sessionId" = $1 AND d."id" <> ALL ($2::text[])))`;

const DUE_TO_SESSION = `d."kind" = 'pull_request' AND d."order" IS NOT NULL AND ${IS_DUE} AND ${IS_FREE}`;

// Locking checks the conditions anew: what another session has just taken drops out.
const CLAIM = `
WITH session AS MATERIALIZED (
  SELECT "id" FROM "WorkerSession" WHERE "id" = $1 AND "endedAt" IS NULL AND "leaseUntil" > clock_timestamp()
), picked AS MATERIALIZED (
  SELECT d."id" FROM session CROSS JOIN "Delivery" d WHERE ${DUE_TO_SESSION}
  ORDER BY d."notBefore" LIMIT 1 FOR UPDATE OF d SKIP LOCKED
), taken AS (
  UPDATE "Delivery" d SET "attempts" = d."attempts" + 1, "sessionId" = $1, "updatedAt" = clock_timestamp()
  FROM picked WHERE d."id" = picked."id"
  RETURNING d."id", d."taskId", d."attempts", d."postponed", d."order", d."found"
)
SELECT EXISTS (SELECT 1 FROM session) AS "live", taken."id" AS "deliveryId", taken."attempts" AS "attempt",
  taken."postponed" AS "failures", taken."order", taken."found", team."mayEditWorkflows", ${TASK_COLUMNS},
  (SELECT s."sealed" FROM "Secret" s WHERE s."taskId" = t."id" AND s."purpose" = '${SOURCE_TOKEN}') AS "sealed"
FROM (VALUES (1)) always LEFT JOIN taken ON true LEFT JOIN "Task" t ON t."id" = taken."taskId"
  LEFT JOIN "Team" team ON team."id" = t."teamId"`;

const COUNT = `SELECT count(*)::int AS "count" FROM (SELECT 1 FROM "Delivery" d WHERE ${DUE_TO_SESSION} LIMIT $3) due`;

export const claimDelivery = (session: SessionId, held: readonly DeliveryId[]): QueryConfig => ({
  name: 'claim-delivery',
  text: CLAIM,
  values: [session, held],
});

export const countDueDeliveries = (
  session: SessionId,
  held: readonly DeliveryId[],
  atMost: number,
): QueryConfig => ({ name: 'count-due-deliveries', text: COUNT, values: [session, held, atMost] });
