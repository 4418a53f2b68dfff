import type { QueryConfig } from 'pg';
import { pullRequestDeliveryId } from '@drydock/domain';
import type { FrozenRequest, Idempotency, NewTask } from '@drydock/engine';
import { cleanText, jsonb } from './jsonb.ts';
import { SOURCE_TOKEN } from './source-token.ts';

/** Version of the schema that frozen requests follow. Raise it with every change that old rows do not satisfy. */
const REQUEST_SCHEMA_VERSION = 1;

/** One row always, unless the team is unknown. */
export interface SubmitRow {
  readonly createdAt: Date | null;
  readonly capped: boolean;
  readonly locked: boolean | null;
  readonly earlierTask: string | null;
  readonly earlierHash: string | null;
}

// All of a submit in one statement: it is a transaction by itself, and nobody can hold it open. The snapshot is older than
// the lock, so a forerunner that committed in between is invisible here; then ON CONFLICT finds its row, nothing is
// written, and the caller runs the statement again.
const TEXT = `
WITH team AS (
  SELECT "id", "maxQueued" FROM "Team" WHERE "id" = $2
), held AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock(hashtextextended($2 || chr(31) || $22 || chr(31) || $23, 0)) AS "ok"
  WHERE $23::text IS NOT NULL
), earlier AS (
  SELECT "taskId", "bodyHash" FROM "IdempotencyKey"
  WHERE "teamId" = $2 AND "route" = $22 AND "key" = $23 AND "createdAt" > now() - interval '24 hours'
), room AS MATERIALIZED (
  SELECT team."id" FROM team
  WHERE coalesce((SELECT "ok" FROM held), true) AND NOT EXISTS (SELECT 1 FROM earlier) AND (team."maxQueued" IS NULL
    OR ($25::boolean AND team."maxQueued" > (SELECT count(*) FROM (SELECT 1 FROM "Task" q
      WHERE q."teamId" = $2 AND q."status" = 'queued' LIMIT team."maxQueued") counted)))
), kept AS (
  INSERT INTO "IdempotencyKey" AS k ("teamId", "route", "key", "bodyHash", "taskId")
  SELECT room."id", $22, $23, $24, $1 FROM room WHERE $23::text IS NOT NULL
  ON CONFLICT ("teamId", "route", "key") DO UPDATE
    SET "bodyHash" = excluded."bodyHash", "taskId" = excluded."taskId", "createdAt" = excluded."createdAt"
    WHERE k."createdAt" <= now() - interval '24 hours'
  RETURNING 1
), task AS (
  INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "request", "schemaVersion", "priority", "maxAttempts",
    "labels", "imageName", "limits", "zipBytes", "zipSha256", "retryOf", "baseRef", "baseCommit", "baseTree",
    "notBefore", "heldUntil", "traceparent", "parentId", "origin", "callbackUrl", "lastSeq")
  SELECT $1, room."id", $3, 'queued', $4::jsonb, $5::int, $6::int, $7::int, $8::jsonb, $9, $10::jsonb, $11::bigint, $12,
    $13, $14, $15, $16, $17::timestamptz, $17::timestamptz, $18, $28, $29::jsonb, $30, 1
  FROM room WHERE $23::text IS NULL OR EXISTS (SELECT 1 FROM kept)
  RETURNING "id", "teamId", "createdAt"
), event AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
  SELECT "id", 1, 'task.queued', "createdAt", "teamId", $19::jsonb FROM task
), secret AS (
  INSERT INTO "Secret" ("taskId", "purpose", "teamId", "sealed")
  SELECT "id", $20, "teamId", $21::bytea FROM task WHERE $21::bytea IS NOT NULL
), delivery AS (
  INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state", "order")
  SELECT $26, "id", "teamId", 'pull_request', 'pending', $27::jsonb FROM task WHERE $27::jsonb IS NOT NULL
)
SELECT task."createdAt", team."maxQueued" IS NOT NULL AS "capped", held."ok" AS "locked",
  earlier."taskId" AS "earlierTask", earlier."bodyHash" AS "earlierHash"
FROM team LEFT JOIN task ON true LEFT JOIN held ON true LEFT JOIN earlier ON true`;

/** The token is sealed apart; here it would be stored in the clear. */
export const withoutToken = (request: FrozenRequest): FrozenRequest => {
  if (request.source?.git?.token === undefined) return request;
  const git = { ...request.source.git };
  delete git.token;
  return { ...request, source: { ...request.source, git } };
};

export interface SubmitInput {
  readonly task: NewTask;
  readonly idempotency: Idempotency | null;
  readonly sealedToken: Buffer | null;
  /** The caller holds the team's row, so the count of its queued tasks is exact. */
  readonly teamIsLocked: boolean;
}

export const submitStatement = ({
  task,
  idempotency,
  sealedToken,
  teamIsLocked,
}: SubmitInput): QueryConfig => ({
  name: 'submit',
  text: TEXT,
  values: [
    task.id,
    task.teamId,
    task.createdBy,
    jsonb(withoutToken(task.request)),
    REQUEST_SCHEMA_VERSION,
    task.request.priority,
    task.request.maxAttempts,
    jsonb(task.request.labels),
    task.imageName,
    jsonb(task.limits),
    task.zip?.bytes ?? null,
    task.zip?.sha256 ?? null,
    task.retryOf,
    task.base?.ref ?? null,
    task.base?.commit ?? null,
    task.base?.tree ?? null,
    task.notBefore,
    task.traceparent,
    jsonb(task.notBefore === null ? {} : { notBefore: task.notBefore.toISOString() }),
    SOURCE_TOKEN,
    sealedToken,
    idempotency?.route ?? null,
    idempotency === null ? null : cleanText(idempotency.key),
    idempotency?.bodyHash ?? null,
    teamIsLocked,
    pullRequestDeliveryId(task.id),
    task.pullRequest ? jsonb(task.pullRequest) : null,
    task.parentId ?? null,
    task.origin ? jsonb(task.origin) : null,
    task.callbackUrl ?? null,
  ],
});
