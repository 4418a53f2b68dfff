-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "filesDeletedAt" TIMESTAMPTZ(6),
ADD COLUMN     "lastBatch" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "logsDeletedAt" TIMESTAMPTZ(6);

-- Retention: final tasks whose log events, or whose files, are still there, oldest first.
CREATE INDEX "Task_logs_due_idx" ON "Task" ("finishedAt") WHERE "finishedAt" IS NOT NULL AND "logsDeletedAt" IS NULL;
CREATE INDEX "Task_files_due_idx" ON "Task" ("finishedAt") WHERE "finishedAt" IS NOT NULL AND "filesDeletedAt" IS NULL;
