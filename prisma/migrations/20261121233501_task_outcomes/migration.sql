-- By hand: lists of tasks by an outcome that few have, and of those that succeeded where few did.
CREATE INDEX IF NOT EXISTS "Task_list_by_outcome_idx" ON "Task" ("teamId", "outcome", "createdAt" DESC, "id" DESC)
  WHERE "outcome" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "Task_list_succeeded_idx" ON "Task" ("teamId", "createdAt" DESC, "id" DESC)
  WHERE "status" = 'succeeded';
