-- Statements of release 0.1 as it sent them. They must go on working on the tables of later versions: see
-- docs/how-to/deploy.md. `{session}` stands for the id of a worker session; nothing else here is ever changed.

-- name: submit
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
    "notBefore", "heldUntil", "traceparent", "lastSeq")
  SELECT $1, room."id", $3, 'queued', $4::jsonb, $5::int, $6::int, $7::int, $8::jsonb, $9, $10::jsonb, $11::bigint, $12,
    $13, $14, $15, $16, $17::timestamptz, $17::timestamptz, $18, 1
  FROM room WHERE $23::text IS NULL OR EXISTS (SELECT 1 FROM kept)
  RETURNING "id", "teamId", "createdAt"
), event AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
  SELECT "id", 1, 'task.queued', "createdAt", "teamId", $19::jsonb FROM task
), secret AS (
  INSERT INTO "Secret" ("taskId", "purpose", "teamId", "sealed")
  SELECT "id", $20, "teamId", $21::bytea FROM task WHERE $21::bytea IS NOT NULL
)
SELECT task."createdAt", team."maxQueued" IS NOT NULL AS "capped", held."ok" AS "locked",
  earlier."taskId" AS "earlierTask", earlier."bodyHash" AS "earlierHash"
FROM team LEFT JOIN task ON true LEFT JOIN held ON true LEFT JOIN earlier ON true

-- name: open-session
INSERT INTO "WorkerSession"
    ("id", "workerId", "bootNonce", "host", "version", "concurrency", "leaseUntil")
  VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::int * interval '1 millisecond')
  ON CONFLICT ("id") DO UPDATE SET "host" = excluded."host", "version" = excluded."version",
    "concurrency" = excluded."concurrency", "draining" = false, "endedAt" = NULL, "heartbeatAt" = clock_timestamp(),
    "leaseUntil" = excluded."leaseUntil"

-- name: heartbeat
WITH beat AS (
  UPDATE "WorkerSession" SET "leaseUntil" = clock_timestamp() + $3::int * interval '1 millisecond', "heartbeatAt" = clock_timestamp(), "draining" = $2
  WHERE "id" = $1 AND "endedAt" IS NULL RETURNING "id"
), owned AS MATERIALIZED (
  SELECT a."taskId", a."number", t."cancelRequested" FROM "Attempt" a JOIN "Task" t ON t."id" = a."taskId"
  WHERE a."sessionId" = $1 AND a."finishedAt" IS NULL
)
SELECT
  (SELECT coalesce(json_agg("taskId"), '[]') FROM owned WHERE "cancelRequested") AS "cancel",
  (SELECT coalesce(json_agg(json_build_object('taskId', "taskId", 'attempt', "number", 'sessionId', $1::text)), '[]')
    FROM owned) AS "owned"
FROM beat

-- name: close-session
UPDATE "WorkerSession" SET "leaseUntil" = clock_timestamp(), "draining" = true,
  "endedAt" = coalesce("endedAt", clock_timestamp()) WHERE "id" = $1

-- name: claim
SELECT pg_advisory_xact_lock(7305112, 1);
SET LOCAL enable_sort = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL jit = off;
UPDATE "Task" SET "heldUntil" = NULL WHERE "id" IN (
  SELECT "id" FROM "Task" WHERE "status" = 'queued' AND "heldUntil" <= now()
  ORDER BY "heldUntil" LIMIT 500 FOR UPDATE SKIP LOCKED);
WITH session AS MATERIALIZED (
  SELECT "id", "bootNonce", "workerId" FROM "WorkerSession"
  WHERE "id" = '{session}' AND "endedAt" IS NULL AND "leaseUntil" > clock_timestamp()
), 
ranked AS MATERIALIZED (
  SELECT team."id" FROM session CROSS JOIN "Team" team
  LEFT JOIN (SELECT "teamId", count(*)::float8 AS "count" FROM "Task" WHERE "status" = 'running' GROUP BY "teamId") running
    ON running."teamId" = team."id"
  CROSS JOIN LATERAL (SELECT q."createdAt" FROM "Task" q
    WHERE q."teamId" = team."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL
    ORDER BY q."createdAt" LIMIT 1) oldest
  WHERE team."maxConcurrent" IS NULL OR coalesce(running."count", 0) < team."maxConcurrent"
  ORDER BY coalesce(running."count", 0) / greatest(team."weight", 1), oldest."createdAt", team."id"
), picked AS MATERIALIZED (
  SELECT first."id" FROM ranked CROSS JOIN LATERAL (SELECT q."id" FROM "Task" q
    WHERE q."teamId" = ranked."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL AND NOT q."cancelRequested"
    ORDER BY q."priority" DESC, q."createdAt", q."id" LIMIT 1 FOR UPDATE SKIP LOCKED) first
  LIMIT 1
), 
claimed AS (
  UPDATE "Task" t SET "status" = 'running', "phase" = NULL, "currentAttempt" = t."currentAttempt" + 1,
    "startedAt" = coalesce(t."startedAt", clock_timestamp()), "lastSeq" = t."lastSeq" + 1
  FROM picked WHERE t."id" = picked."id" AND t."status" IN ('queued')
  RETURNING t."currentAttempt", t."lastSeq", t."id", t."teamId", t."status", t."phase", t."outcome", t."error", t."request",
  t."imageName", t."imageDigest", t."limits", t."zipBytes"::float8 AS "zipBytes", t."zipSha256",
  t."baseRef", t."baseCommit", t."baseTree", t."resultTree", t."diffstat", t."verify", t."modelCalls", t."inputTokens"::float8 AS "inputTokens",
  t."cachedTokens"::float8 AS "cachedTokens", t."outputTokens"::float8 AS "outputTokens",
  t."costUsd"::float8 AS "costUsd", t."agentSeconds",
  t."cancelRequested", t."traceparent", t."retryOf", t."parentId",
  t."createdAt", t."startedAt", t."finishedAt", t."notBefore",
  (SELECT coalesce(json_agg(json_build_object('number', a."number", 'workerId', a."workerId", 'startedAt', a."startedAt",
      'finishedAt', a."finishedAt", 'outcome', a."outcome") ORDER BY a."number"), '[]')
    FROM "Attempt" a WHERE a."taskId" = t."id") AS "attempts",
  (SELECT coalesce(json_agg(json_build_object('id', d."id", 'kind', d."kind", 'state', d."state", 'error', d."error",
      'url', d."url") ORDER BY d."createdAt", d."id"), '[]')
    FROM "Delivery" d WHERE d."taskId" = t."id") AS "deliveries"
), opened AS (
  INSERT INTO "Attempt" ("taskId", "number", "teamId", "sessionId", "bootNonce", "workerId", "startedAt")
  SELECT claimed."id", claimed."currentAttempt", claimed."teamId", session."id", session."bootNonce", session."workerId",
    clock_timestamp()
  FROM claimed CROSS JOIN session
  RETURNING "number", "workerId", "startedAt"
), noted AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT claimed."id", claimed."lastSeq", claimed."currentAttempt", 'task.claimed', clock_timestamp(), claimed."teamId",
    jsonb_build_object('workerId', session."workerId")
  FROM claimed CROSS JOIN session
)
SELECT claimed.*, EXISTS (SELECT 1 FROM session) AS "live", opened."number" AS "attempt", opened."workerId",
  opened."startedAt" AS "attemptStartedAt",
  (SELECT s."sealed" FROM "Secret" s WHERE s."taskId" = claimed."id" AND s."purpose" = 'source_token') AS "sealed"
FROM (VALUES (1)) always LEFT JOIN claimed ON true LEFT JOIN opened ON true

-- name: enter-phase
UPDATE "Task" t SET "phase" = $4 FROM "Attempt" a WHERE t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL
        RETURNING t."baseCommit", t."baseTree"

-- name: pin-base
UPDATE "Task" t SET "baseRef" = CASE WHEN t."baseTree" IS NULL THEN $4 ELSE t."baseRef" END,
        "baseCommit" = CASE WHEN t."baseTree" IS NULL THEN $5 ELSE t."baseCommit" END,
        "baseTree" = coalesce(t."baseTree", $6) FROM "Attempt" a WHERE t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL
        RETURNING t."baseCommit", t."baseTree"

-- name: record-call
WITH news AS (
  SELECT (NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."taskId" = $1 AND c."callId" = $4))::int AS "one"
), summed AS (
  UPDATE "Task" t SET "modelCalls" = t."modelCalls" + news."one",
    "inputTokens" = t."inputTokens" + news."one" * $6::bigint,
    "cachedTokens" = t."cachedTokens" + news."one" * $7::bigint,
    "outputTokens" = t."outputTokens" + news."one" * $8::bigint,
    "costUsd" = t."costUsd" + news."one" * $9::numeric
  FROM "Attempt" a CROSS JOIN news WHERE t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL
  RETURNING t."teamId", news."one", t."modelCalls", t."inputTokens"::float8 AS "inputTokens",
  t."cachedTokens"::float8 AS "cachedTokens", t."outputTokens"::float8 AS "outputTokens",
  t."costUsd"::float8 AS "costUsd", t."agentSeconds"
), kept AS (
  INSERT INTO "ModelCall" ("taskId", "attempt", "teamId", "callId", "model", "inputTokens", "cachedTokens",
    "outputTokens", "costUsd", "ms", "status")
  SELECT $1, $2, "teamId", $4, $5, $6::bigint, $7::bigint, $8::bigint, $9::numeric, $10::int, $11::int FROM summed
  WHERE "one" = 1
)
SELECT "modelCalls", "inputTokens", "cachedTokens", "outputTokens", "costUsd", "agentSeconds" FROM summed

-- name: append
WITH counted AS (
  UPDATE "Task" t SET "lastSeq" = t."lastSeq" + cardinality($4::text[]) FROM "Attempt" a WHERE t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL
  RETURNING t."teamId", t."lastSeq" - cardinality($4::text[]) AS "before"
), added AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT $1, counted."before" + event."nth", $2, event."type", event."at", counted."teamId", event."payload"
  FROM counted CROSS JOIN unnest($4::text[], $5::timestamptz[], $6::jsonb[])
    WITH ORDINALITY AS event("type", "at", "payload", "nth")
)
SELECT 1 FROM counted

-- name: lock-attempt
SELECT t."cancelRequested", t."maxAttempts",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id" AND b."outcome" IN ('lost', 'infrastructure')) AS "ours",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id"
    AND b."outcome" NOT IN ('lost', 'infrastructure', 'handed_back')) AS "own" FROM "Task" t JOIN "Attempt" a ON t."id" = $1 AND t."status" = 'running' AND t."currentAttempt" = $2
  AND a."taskId" = t."id" AND a."number" = $2 AND a."sessionId" = $3 AND a."finishedAt" IS NULL FOR UPDATE OF t, a

-- name: close-attempts
WITH ended AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS e("taskId" text, "attempt" int, "attemptOutcome" text,
    "attemptError" jsonb, "status" text, "final" boolean, "outcome" text, "error" jsonb, "delayMs" float8, "event" text,
    "payload" jsonb, "agentSeconds" float8, "resultTree" text, "diffstat" jsonb, "verify" jsonb)
), task AS (
  UPDATE "Task" t SET "status" = e."status", "outcome" = e."outcome", "error" = e."error", "phase" = NULL,
    "finishedAt" = CASE WHEN e."final" THEN clock_timestamp() END,
    "notBefore" = CASE WHEN e."delayMs" > 0 THEN now() + e."delayMs" * interval '1 millisecond' ELSE t."notBefore" END,
    "heldUntil" = CASE WHEN e."delayMs" > 0 THEN now() + e."delayMs" * interval '1 millisecond' END,
    "agentSeconds" = t."agentSeconds" + e."agentSeconds", "lastSeq" = t."lastSeq" + 1,
    "resultTree" = CASE WHEN e."final" THEN e."resultTree" END, "diffstat" = CASE WHEN e."final" THEN e."diffstat" END,
    "verify" = CASE WHEN e."final" THEN e."verify" ELSE '[]' END
  FROM ended e WHERE t."id" = e."taskId" AND t."status" IN ('running') AND t."currentAttempt" = e."attempt"
  RETURNING t."id", t."teamId", t."lastSeq", e."attempt", e."final", e."event", e."payload", e."attemptOutcome",
    e."attemptError"
), attempt AS (
  UPDATE "Attempt" a SET "finishedAt" = clock_timestamp(), "outcome" = task."attemptOutcome",
    "error" = task."attemptError"
  FROM task WHERE a."taskId" = task."id" AND a."number" = task."attempt"
), event AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT "id", "lastSeq", "attempt", "event", clock_timestamp(), "teamId", "payload" FROM task
), artifact AS (
  INSERT INTO "Artifact" ("taskId", "attempt", "name", "teamId", "bytes", "sha256", "contentType")
  SELECT task."id", task."attempt", r."name", task."teamId", r."bytes", r."sha256", r."contentType"
  FROM jsonb_to_recordset($2::jsonb) AS r("taskId" text, "name" text, "bytes" bigint, "sha256" text, "contentType" text)
  JOIN task ON task."id" = r."taskId"
), secret AS (
  DELETE FROM "Secret" s WHERE s."taskId" IN (SELECT "id" FROM task WHERE "final") AND NOT EXISTS (
    SELECT 1 FROM "Delivery" d WHERE d."taskId" = s."taskId" AND d."state" IN ('pending', 'held'))
)
SELECT count(*)::int AS "closed" FROM task

-- name: lock-lost
SELECT a."taskId", a."number" AS "attempt", a."sessionId", t."cancelRequested", t."maxAttempts",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id" AND b."outcome" IN ('lost', 'infrastructure')) AS "ours",
  (SELECT count(*)::int FROM "Attempt" b WHERE b."taskId" = t."id"
    AND b."outcome" NOT IN ('lost', 'infrastructure', 'handed_back')) AS "own"
  FROM "Attempt" a JOIN "WorkerSession" s ON s."id" = a."sessionId" JOIN "Task" t ON t."id" = a."taskId"
  WHERE a."finishedAt" IS NULL AND s."leaseUntil" <= clock_timestamp()
    AND t."status" = 'running' AND t."currentAttempt" = a."number"
  LIMIT 100 FOR UPDATE OF a, s, t SKIP LOCKED

-- name: end-sessions
UPDATE "WorkerSession" SET "endedAt" = coalesce("endedAt", clock_timestamp()) WHERE "id" = ANY($1)

-- name: count-eligible
SET LOCAL enable_sort = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL jit = off;
UPDATE "Task" SET "heldUntil" = NULL WHERE "id" IN (
  SELECT "id" FROM "Task" WHERE "status" = 'queued' AND "heldUntil" <= now()
  ORDER BY "heldUntil" LIMIT 500 FOR UPDATE SKIP LOCKED);
SELECT least(coalesce(sum(eligible."count"), 0), 10)::int AS "count" FROM "Team" team CROSS JOIN LATERAL (
  SELECT count(*) FROM (SELECT 1 FROM "Task" q
    WHERE q."teamId" = team."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL
    LIMIT CASE WHEN team."maxConcurrent" IS NULL THEN 10 ELSE greatest(0, least(10, team."maxConcurrent" - (
      SELECT count(*) FROM "Task" r WHERE r."teamId" = team."id" AND r."status" = 'running'))) END) sample
) eligible

-- name: live-attempts
SELECT "taskId", "number" AS "attempt" FROM "Attempt" WHERE "finishedAt" IS NULL

-- name: cancel
WITH stopped AS (
  UPDATE "Task" t SET
    "cancelRequested" = true,
    "status" = CASE t."status" WHEN 'queued' THEN 'cancelled' ELSE t."status" END,
    "outcome" = CASE t."status" WHEN 'queued' THEN 'cancelled' END,
    "finishedAt" = CASE t."status" WHEN 'queued' THEN clock_timestamp() END,
    "lastSeq" = t."lastSeq" + CASE t."status" WHEN 'queued' THEN 2 ELSE 1 END
  WHERE t."id" = $1 AND t."teamId" = $2
    AND (t."status" = 'queued' OR (t."status" = 'running' AND NOT t."cancelRequested"))
  RETURNING t."id", t."teamId", t."lastSeq", t."status" = 'cancelled' AS "final",
    CASE t."status" WHEN 'running' THEN t."currentAttempt" END AS "attempt"
), events AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT "id", "lastSeq" - "final"::int, "attempt", 'task.cancel_requested', clock_timestamp(), "teamId", '{}'::jsonb
    FROM stopped
  UNION ALL
  SELECT "id", "lastSeq", "attempt", 'task.finished', clock_timestamp(), "teamId", $3::jsonb FROM stopped WHERE "final"
), secrets AS (
  DELETE FROM "Secret" s WHERE s."taskId" IN (SELECT "id" FROM stopped WHERE "final") AND NOT EXISTS (
    SELECT 1 FROM "Delivery" d WHERE d."taskId" = s."taskId" AND d."state" IN ('pending', 'held'))
)
SELECT count(*) FROM stopped

-- name: get
SELECT t."id", t."teamId", t."status", t."phase", t."outcome", t."error", t."request",
  t."imageName", t."imageDigest", t."limits", t."zipBytes"::float8 AS "zipBytes", t."zipSha256",
  t."baseRef", t."baseCommit", t."baseTree", t."resultTree", t."diffstat", t."verify", t."modelCalls", t."inputTokens"::float8 AS "inputTokens",
  t."cachedTokens"::float8 AS "cachedTokens", t."outputTokens"::float8 AS "outputTokens",
  t."costUsd"::float8 AS "costUsd", t."agentSeconds",
  t."cancelRequested", t."traceparent", t."retryOf", t."parentId",
  t."createdAt", t."startedAt", t."finishedAt", t."notBefore",
  (SELECT coalesce(json_agg(json_build_object('number', a."number", 'workerId', a."workerId", 'startedAt', a."startedAt",
      'finishedAt', a."finishedAt", 'outcome', a."outcome") ORDER BY a."number"), '[]')
    FROM "Attempt" a WHERE a."taskId" = t."id") AS "attempts",
  (SELECT coalesce(json_agg(json_build_object('id', d."id", 'kind', d."kind", 'state', d."state", 'error', d."error",
      'url', d."url") ORDER BY d."createdAt", d."id"), '[]')
    FROM "Delivery" d WHERE d."taskId" = t."id") AS "deliveries" FROM "Task" t WHERE t."id" = $1 AND t."teamId" = $2

-- name: list
SELECT t."id", t."teamId", t."status", t."phase", t."outcome", t."error", t."request",
  t."imageName", t."imageDigest", t."limits", t."zipBytes"::float8 AS "zipBytes", t."zipSha256",
  t."baseRef", t."baseCommit", t."baseTree", t."resultTree", t."diffstat", t."verify", t."modelCalls", t."inputTokens"::float8 AS "inputTokens",
  t."cachedTokens"::float8 AS "cachedTokens", t."outputTokens"::float8 AS "outputTokens",
  t."costUsd"::float8 AS "costUsd", t."agentSeconds",
  t."cancelRequested", t."traceparent", t."retryOf", t."parentId",
  t."createdAt", t."startedAt", t."finishedAt", t."notBefore",
  (SELECT coalesce(json_agg(json_build_object('number', a."number", 'workerId', a."workerId", 'startedAt', a."startedAt",
      'finishedAt', a."finishedAt", 'outcome', a."outcome") ORDER BY a."number"), '[]')
    FROM "Attempt" a WHERE a."taskId" = t."id") AS "attempts",
  (SELECT coalesce(json_agg(json_build_object('id', d."id", 'kind', d."kind", 'state', d."state", 'error', d."error",
      'url', d."url") ORDER BY d."createdAt", d."id"), '[]')
    FROM "Delivery" d WHERE d."taskId" = t."id") AS "deliveries", (extract(epoch FROM t."createdAt") * 1000000)::bigint AS "micros" FROM "Task" t
      WHERE t."teamId" = $1 ORDER BY t."createdAt" DESC, t."id" DESC LIMIT $2

-- name: artifacts
SELECT "name", "attempt", "bytes"::float8 AS "bytes", "sha256", "contentType" FROM "Artifact"
  WHERE "taskId" = $1 AND "teamId" = $2 ORDER BY "attempt", "name"

-- name: read-events
SELECT t."status", e."seq", e."attempt", e."type", e."at", e."payload"
  FROM "Task" t LEFT JOIN LATERAL (
    SELECT * FROM "TaskEvent" v WHERE v."taskId" = t."id" AND v."seq" > $2 ORDER BY v."seq" LIMIT $3
  ) e ON true WHERE t."id" = $1 ORDER BY e."seq"

-- name: count-claimable
SET LOCAL enable_sort = off;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL jit = off;
UPDATE "Task" SET "heldUntil" = NULL WHERE "id" IN (
  SELECT "id" FROM "Task" WHERE "status" = 'queued' AND "heldUntil" <= now()
  ORDER BY "heldUntil" LIMIT 500 FOR UPDATE SKIP LOCKED);
SELECT least(coalesce(sum(eligible."count"), 0), 2147483647)::int AS "count" FROM "Team" team CROSS JOIN LATERAL (
  SELECT count(*) FROM (SELECT 1 FROM "Task" q
    WHERE q."teamId" = team."id" AND q."status" = 'queued' AND q."heldUntil" IS NULL
    LIMIT CASE WHEN team."maxConcurrent" IS NULL THEN 2147483647 ELSE greatest(0, least(2147483647, team."maxConcurrent" - (
      SELECT count(*) FROM "Task" r WHERE r."teamId" = team."id" AND r."status" = 'running'))) END) sample
) eligible

-- name: count-by-team
WITH team AS (
  SELECT t."id" AS "teamId", t."name", t."createdAt",
    (SELECT count(*)::int FROM "Task" q WHERE q."teamId" = t."id" AND q."status" = 'queued') AS "queued",
    (SELECT count(*)::int FROM "Task" r WHERE r."teamId" = t."id" AND r."status" = 'running') AS "running"
  FROM "Team" t
)
SELECT coalesce(sum("queued"), 0)::int AS "queued", coalesce(sum("running"), 0)::int AS "running",
  (SELECT extract(epoch FROM now() - min(q."createdAt"))::float8 FROM "Task" q WHERE q."status" = 'queued')
    AS "oldestQueuedSeconds",
  coalesce(json_agg(json_build_object('teamId', "teamId", 'name', "name", 'queued', "queued", 'running', "running")
    ORDER BY "createdAt", "teamId"), '[]') AS "teams"
FROM team

-- name: workers
SELECT s."workerId" AS "id", s."id" AS "sessionId", s."host", s."version", s."startedAt", s."heartbeatAt",
  s."endedAt" IS NULL AND s."leaseUntil" > clock_timestamp() AS "live", s."draining", s."concurrency",
  (SELECT coalesce(json_agg(json_build_object('taskId', a."taskId", 'attempt', a."number", 'phase', t."phase",
      'startedAt', a."startedAt") ORDER BY a."startedAt"), '[]')
    FROM "Attempt" a JOIN "Task" t ON t."id" = a."taskId"
    WHERE a."sessionId" = s."id" AND a."finishedAt" IS NULL) AS "running"
  FROM "WorkerSession" s WHERE s."leaseUntil" > now() - interval '10 minutes'
  ORDER BY s."startedAt", s."id"
