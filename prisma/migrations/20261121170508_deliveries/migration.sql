-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "found" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "order" JSONB,
ADD COLUMN     "postponed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "sessionId" TEXT;

-- A due delivery is found by "Delivery_pending_idx", which is there since the first release.
