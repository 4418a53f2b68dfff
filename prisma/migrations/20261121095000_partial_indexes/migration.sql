-- By hand: what Prisma has no words for. CHECK constraints are left out: the WebAssembly schema engine panics when it
-- reads them back through the pg adapter.

-- A task's row is updated with every batch of events. Room on its page keeps those updates off the indexes.
ALTER TABLE "Task" SET (fillfactor = 70);


-- The claim: first of each team, by priority and age, and how long its oldest one has waited.
CREATE INDEX "Task_claimable_idx" ON "Task" ("teamId", "priority" DESC, "createdAt", "id")
  WHERE "status" = 'queued' AND "heldUntil" IS NULL;
CREATE INDEX "Task_oldest_claimable_idx" ON "Task" ("teamId", "createdAt")
  WHERE "status" = 'queued' AND "heldUntil" IS NULL;
CREATE INDEX "Task_held_idx" ON "Task" ("heldUntil") WHERE "status" = 'queued' AND "heldUntil" IS NOT NULL;
-- Counts for `maxQueued`, `maxConcurrent`, shares and the queue view.
CREATE INDEX "Task_queued_idx" ON "Task" ("teamId") WHERE "status" = 'queued';
CREATE INDEX "Task_running_idx" ON "Task" ("teamId") WHERE "status" = 'running';

-- The sweep and the heartbeat: attempts that have not ended.
CREATE INDEX "Attempt_live_idx" ON "Attempt" ("sessionId") WHERE "finishedAt" IS NULL;
CREATE INDEX "Delivery_pending_idx" ON "Delivery" ("notBefore") WHERE "state" = 'pending';
