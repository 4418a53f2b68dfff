-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "found" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "order" JSONB,
ADD COLUMN     "postponed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "sessionId" TEXT;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "origin" JSONB;

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "mayEditWorkflows" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Repository" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "forge" TEXT NOT NULL,
    "forgeId" BIGINT,
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "fullName" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Repository_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InboundDelivery" (
    "id" TEXT NOT NULL,
    "forge" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "semanticKey" TEXT,
    "fullName" TEXT,
    "teamId" TEXT,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "taskId" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sessionId" TEXT,
    "notBefore" TIMESTAMPTZ(6),
    "receivedAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(6),

    CONSTRAINT "InboundDelivery_pkey" PRIMARY KEY ("id")
);

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

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" BIGSERIAL NOT NULL,
    "teamId" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Repository_teamId_createdAt_id_idx" ON "Repository"("teamId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Repository_forge_fullName_key" ON "Repository"("forge", "fullName");

-- CreateIndex
CREATE UNIQUE INDEX "Repository_forge_forgeId_key" ON "Repository"("forge", "forgeId");

-- CreateIndex
CREATE UNIQUE INDEX "InboundDelivery_semanticKey_key" ON "InboundDelivery"("semanticKey");

-- CreateIndex
CREATE INDEX "InboundDelivery_receivedAt_idx" ON "InboundDelivery"("receivedAt");

-- CreateIndex
CREATE INDEX "TriggerLink_repositoryId_number_idx" ON "TriggerLink"("repositoryId", "number");

-- CreateIndex
CREATE INDEX "AuditEntry_teamId_id_idx" ON "AuditEntry"("teamId", "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");

-- AddForeignKey
ALTER TABLE "Repository" ADD CONSTRAINT "Repository_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TriggerLink" ADD CONSTRAINT "TriggerLink_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TriggerLink" ADD CONSTRAINT "TriggerLink_repositoryId_fkey" FOREIGN KEY ("repositoryId") REFERENCES "Repository"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what is due, by age. A due delivery is found by "Delivery_pending_idx", which is there since the first release.
CREATE INDEX "InboundDelivery_received_idx" ON "InboundDelivery" ("receivedAt") WHERE "state" = 'received';
CREATE INDEX "TriggerLink_untold_idx" ON "TriggerLink" ("notBefore") WHERE NOT "isTold";
