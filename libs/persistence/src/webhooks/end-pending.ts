import type { WebhookEndpointId } from '@drydock/domain';
import type { Database } from '../database.ts';
import { jsonb } from '../jsonb.ts';

/** Rows of one statement, so that each is done in its time however much there is. */
const BATCH = 5_000;

const DISABLED = jsonb({
  code: 'webhook_endpoint_disabled',
  message: 'The endpoint was disabled. Enable it, and send this again.',
});

const END = `UPDATE "WebhookMessage" p SET "state" = 'failed', "settledAt" = clock_timestamp(), "claimedUntil" = NULL,
    "tries" = p."tries" || jsonb_build_array(jsonb_build_object(
      'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'ms', 0, 'status', NULL,
      'error', '${DISABLED}'::jsonb))
  WHERE p."state" = 'pending' AND p."id" = ANY(ARRAY(
    SELECT q."id" FROM "WebhookEndpoint" e JOIN "WebhookMessage" q ON q."endpointId" = e."id" AND q."state" = 'pending'
    WHERE e."id" = $1 AND NOT e."enabled" LIMIT ${String(BATCH)}))
  RETURNING 1`;

const FORGET = `DELETE FROM "WebhookMessage" WHERE "id" = ANY(ARRAY(
    SELECT "id" FROM "WebhookMessage" WHERE "endpointId" = $1 LIMIT ${String(BATCH)}))
  RETURNING 1`;

/** Transactions, which are run again when they met with another one. */
const inBatches = async (database: Database, text: string, id: WebhookEndpointId): Promise<void> => {
  for (let rows = BATCH; rows === BATCH;)
    rows = (await database.transaction((tx) => tx.rows({ text, values: [id] }))).length;
};

/** Ends what is pending for an endpoint that is disabled, which nobody claims any more. It counts as no try. */
export const endPending = (database: Database, id: WebhookEndpointId): Promise<void> =>
  inBatches(database, END, id);

/** Deletes what was sent to an endpoint. The caller has checked the team. */
export const forgetMessages = (database: Database, id: WebhookEndpointId): Promise<void> =>
  inBatches(database, FORGET, id);
