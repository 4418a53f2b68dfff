import type { WebhookEndpointId, WebhookMessageId, WebhookStanding } from '@drydock/domain';
import type { QueryConfig } from 'pg';

/** Longer than a try may take; after it, what a worker that died had claimed is due again. */
const CLAIM_SECONDS = 30;
/** Tries at once for one endpoint, about: one that hangs must not have all workers wait for it. */
const AT_ONCE = { endpoint: 2, callbacks: 8 };

export interface ClaimRow {
  readonly id: WebhookMessageId;
  readonly endpointId: WebhookEndpointId;
  readonly attempt: number;
  readonly url: string;
  readonly type: string;
  readonly data: object;
  readonly createdAt: Date;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly kind: WebhookStanding['kind'];
  readonly failures: number;
  readonly ageMs: number;
  readonly endpointFailures: number;
  readonly endpointFailingMs: number;
}

const AT_ONCE_OF = `CASE e."kind" WHEN 'callbacks' THEN ${String(AT_ONCE.callbacks)} ELSE ${String(AT_ONCE.endpoint)} END`;
const UNDER_WAY = `(SELECT count(*) FROM "WebhookMessage" f
  WHERE f."endpointId" = e."id" AND f."claimedUntil" > clock_timestamp())`;
const IS_DUE = `w."endpointId" = e."id" AND w."state" = 'pending' AND w."notBefore" <= clock_timestamp()`;
const MS = (since: string): string => `extract(epoch FROM clock_timestamp() - ${since})::float8 * 1000`;

// One look at the index for each endpoint: a heap of messages for one that hangs costs the others nothing. Nor does it make
// them wait: whoever is sent least comes first, then whoever takes what is sent, and only then whose message is oldest.
const CLAIM = `
WITH picked AS MATERIALIZED (
  SELECT due."id" FROM "WebhookEndpoint" e CROSS JOIN LATERAL (
    SELECT w."id", w."notBefore" FROM "WebhookMessage" w WHERE ${IS_DUE} ORDER BY w."notBefore" LIMIT 1
    FOR UPDATE SKIP LOCKED
  ) due
  WHERE e."enabled" AND ${UNDER_WAY} < ${AT_ONCE_OF}
  ORDER BY ${UNDER_WAY}, e."failingSince" IS NOT NULL, due."notBefore" LIMIT 1
), taken AS (
  UPDATE "WebhookMessage" m SET "attempts" = m."attempts" + 1,
    "notBefore" = clock_timestamp() + interval '${String(CLAIM_SECONDS)} seconds',
    "claimedUntil" = clock_timestamp() + interval '${String(CLAIM_SECONDS)} seconds'
  FROM picked WHERE m."id" = picked."id" RETURNING m.*
)
SELECT m."id", m."endpointId", m."attempts" AS "attempt", coalesce(m."url", e."url") AS "url", m."type", m."data",
  m."createdAt", e."secret", CASE WHEN e."previousSecretUntil" > now() THEN e."previousSecret" END AS "previousSecret",
  e."kind", m."failures", ${MS('m."since"')} AS "ageMs", e."failures" AS "endpointFailures",
  coalesce(${MS('e."failingSince"')}, 0) AS "endpointFailingMs"
FROM taken m JOIN "WebhookEndpoint" e ON e."id" = m."endpointId"`;

const COUNT = `SELECT least(coalesce(sum(due."count"), 0), $1)::int AS "count" FROM "WebhookEndpoint" e
  CROSS JOIN LATERAL (
    SELECT count(*) FROM (
      SELECT 1 FROM "WebhookMessage" w WHERE ${IS_DUE} LIMIT greatest(0, ${AT_ONCE_OF} - ${UNDER_WAY})
    ) few
  ) due
  WHERE e."enabled"`;

export const claimWebhook = (): QueryConfig => ({ name: 'claim-webhook', text: CLAIM });

export const countDueWebhooks = (atMost: number): QueryConfig => ({
  name: 'count-due-webhooks',
  text: COUNT,
  values: [atMost],
});
