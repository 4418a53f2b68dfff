-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "mayEditWorkflows" BOOLEAN NOT NULL DEFAULT false;
