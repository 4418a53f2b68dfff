-- By hand: an endpoint that is being removed at the same moment is told nothing, instead of failing whoever wrote the event.
-- Nothing but `FOR KEY SHARE` is new.
CREATE OR REPLACE FUNCTION "tellWebhooks"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told text := CASE NEW."type"
    WHEN 'task.claimed' THEN 'task.started'
    WHEN 'task.finished' THEN 'task.' || (NEW."payload" ->> 'status')
    ELSE 'delivery.' || (NEW."payload" ->> 'state')
  END;
BEGIN
  INSERT INTO "WebhookMessage" ("id", "endpointId", "teamId", "taskId", "type", "url", "data")
  SELECT 'msg_' || left(md5(e."id" || ' ' || NEW."taskId" || ' ' || NEW."seq"), 26), e."id", e."teamId", t."id", told,
    CASE e."kind" WHEN 'callbacks' THEN t."callbackUrl" END,
    jsonb_build_object('task', jsonb_build_object('id', t."id", 'status', t."status", 'outcome', t."outcome",
      'error', t."error", 'labels', t."labels", 'attempt', t."currentAttempt", 'retryOf', t."retryOf",
      'createdAt', to_char(t."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'startedAt', to_char(t."startedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'finishedAt', to_char(t."finishedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'diffstat', t."diffstat"))
    || CASE WHEN d."id" IS NULL THEN '{}' ELSE jsonb_build_object('delivery', jsonb_build_object('id', d."id",
      'kind', d."kind", 'state', d."state", 'url', d."url", 'error', d."error")) END
  FROM "WebhookEndpoint" e JOIN "Task" t ON t."id" = NEW."taskId"
    LEFT JOIN "Delivery" d ON d."id" = CASE NEW."type" WHEN 'delivery.changed' THEN NEW."payload" ->> 'id' END
  WHERE e."teamId" = NEW."teamId" AND e."enabled" AND CASE e."kind"
    WHEN 'callbacks' THEN t."callbackUrl" IS NOT NULL
    ELSE told = ANY (e."events") END
  FOR KEY SHARE OF e
  ON CONFLICT ("id") DO NOTHING;
  RETURN NULL;
END
$$;
