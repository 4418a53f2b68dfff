-- By hand: lists of tasks by a status that few of many tasks have.
CREATE INDEX "Task_list_by_status_idx" ON "Task" ("teamId", "status", "createdAt" DESC, "id" DESC) WHERE "status" <> 'succeeded';
