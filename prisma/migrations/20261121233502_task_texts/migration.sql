-- By hand: tasks by a part of what they are about or of their repository. The extension comes with PostgreSQL, and the owner
-- of the database may create it. Only tasks that have ended: a row of this index is dear, and would be written anew with each
-- status. Of a description the first 4,096 characters count. The list of rows that are still to be sorted in is kept short, as
-- every search reads it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS "Task_texts_idx" ON "Task" USING GIN (
  lower("request" #>> '{source,git,url}') gin_trgm_ops,
  lower(left(coalesce("request" ->> 'description', ''), 4096) || chr(31) || "id") gin_trgm_ops
) WITH (gin_pending_list_limit = 256) WHERE "finishedAt" IS NOT NULL;
