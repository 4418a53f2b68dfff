import type { WebhookEndpointId } from '@drydock/domain';
import type { WebhookFence, WebhookResult } from '@drydock/engine';
import type { Queries } from '../database.ts';
import { jsonb } from '../jsonb.ts';

const KEPT_TRIES = 10;

// The newest ten of what there is; an array that is cut from the left.
const NEXT_TRIES = `(SELECT coalesce(jsonb_agg(t."one" ORDER BY t."nth"), '[]') FROM (
    SELECT * FROM jsonb_array_elements(m."tries" || $3::jsonb) WITH ORDINALITY AS u("one", "nth")
    ORDER BY u."nth" DESC LIMIT ${String(KEPT_TRIES)}) t)`;

// The endpoint before its messages, as whoever removes or disables it takes them: else each waits for the other. Only where it
// will be written to: many tries at once would stand in line for the row.
const LOCK_ENDPOINT = `SELECT 1 FROM "WebhookEndpoint" e
  WHERE e."id" = (SELECT "endpointId" FROM "WebhookMessage" WHERE "id" = $1) AND ($2::boolean OR e."failures" > 0)
  FOR NO KEY UPDATE`;

const SETTLE = `UPDATE "WebhookMessage" m SET "tries" = ${NEXT_TRIES}, "claimedUntil" = NULL, "state" = $4,
    "failures" = m."failures" + $5::int,
    "notBefore" = clock_timestamp() + coalesce($6::float8, 0) * interval '1 millisecond',
    "settledAt" = CASE $4 WHEN 'pending' THEN NULL ELSE clock_timestamp() END
  WHERE m."id" = $1 AND m."attempts" = $2 AND m."state" = 'pending' RETURNING m."endpointId"`;

const WELL = `UPDATE "WebhookEndpoint" SET "failures" = 0, "failingSince" = NULL WHERE "id" = $1`;
const FAILED = `UPDATE "WebhookEndpoint" SET "failures" = "failures" + 1,
    "failingSince" = coalesce("failingSince", clock_timestamp()) WHERE "id" = $1`;

const DISABLE = `WITH gone AS (
    UPDATE "WebhookEndpoint" SET "enabled" = false, "disabledReason" = $2::jsonb, "updatedAt" = clock_timestamp()
    WHERE "id" = $1 AND "enabled" RETURNING *
  ), told AS (
    INSERT INTO "WebhookMessage" ("id", "endpointId", "teamId", "type", "data")
    SELECT 'msg_' || left(md5(e."id" || ' ' || gone."id" || ' ' || gone."updatedAt"), 26), e."id", e."teamId",
      'webhook_endpoint.disabled', jsonb_build_object('endpoint', jsonb_build_object('id', gone."id", 'url', gone."url",
        'reason', gone."disabledReason"))
    FROM gone JOIN "WebhookEndpoint" e ON e."teamId" = gone."teamId" AND e."id" <> gone."id"
    WHERE e."enabled" AND 'webhook_endpoint.disabled' = ANY (e."events")
    FOR KEY SHARE OF e
  )
  INSERT INTO "AuditEntry" ("teamId", "actor", "action", "subject", "reason", "details")
  SELECT "teamId", 'drydock', 'webhook_endpoint.disabled', "id", "disabledReason" ->> 'code',
    jsonb_build_object('message', "disabledReason" ->> 'message') FROM gone`;

const stateAfter = ({ decision }: WebhookResult): 'pending' | 'succeeded' | 'failed' =>
  decision.do === 'retry' ? 'pending' : decision.do === 'disable' ? 'failed' : decision.state;

/** Inside a transaction. @returns whose try it was; null: it was not the last one. */
export const settleWebhook = async (
  tx: Queries,
  fence: WebhookFence,
  result: WebhookResult,
): Promise<WebhookEndpointId | null> => {
  const { tried, decision } = result;
  const hasFailed = tried.error !== null;
  const locked = await tx.rows({ text: LOCK_ENDPOINT, values: [fence.messageId, hasFailed] });
  const [hit] = await tx.rows<{ endpointId: WebhookEndpointId }>({
    name: 'settle-webhook',
    text: SETTLE,
    values: [
      fence.messageId,
      fence.attempt,
      jsonb([tried]),
      stateAfter(result),
      hasFailed ? 1 : 0,
      decision.do === 'retry' ? decision.delayMs : null,
    ],
  });
  if (hit === undefined) return null;
  const values = [hit.endpointId];
  if (locked.length > 0) await tx.rows({ text: hasFailed ? FAILED : WELL, values });
  if (decision.do === 'disable') {
    const { code, message } = decision;
    await tx.rows({ text: DISABLE, values: [hit.endpointId, jsonb({ code, message })] });
  }
  return hit.endpointId;
};
