-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "origin" JSONB;
