-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "requestsPerSecond" INTEGER;
