-- CreateTable
CREATE TABLE "TriggerLink" (
    "taskId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "repositoryId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "isPullRequest" BOOLEAN NOT NULL,
    "sender" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "commentId" BIGINT,
    "reactionId" BIGINT,
    "stickyId" BIGINT,
    "shown" TEXT,
    "toldSeq" INTEGER NOT NULL DEFAULT 0,
    "isTold" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "postponed" INTEGER NOT NULL DEFAULT 0,
    "sessionId" TEXT,
    "notBefore" TIMESTAMPTZ(6),
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TriggerLink_pkey" PRIMARY KEY ("taskId")
);

-- CreateIndex
CREATE INDEX "TriggerLink_repositoryId_number_idx" ON "TriggerLink"("repositoryId", "number");

-- AddForeignKey
ALTER TABLE "TriggerLink" ADD CONSTRAINT "TriggerLink_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TriggerLink" ADD CONSTRAINT "TriggerLink_repositoryId_fkey" FOREIGN KEY ("repositoryId") REFERENCES "Repository"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what is not told yet, by age.
CREATE INDEX "TriggerLink_untold_idx" ON "TriggerLink" ("notBefore") WHERE NOT "isTold";
