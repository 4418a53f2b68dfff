-- CreateTable
CREATE TABLE "TeamShare" (
    "teamId" TEXT NOT NULL,
    "virtualStart" DOUBLE PRECISION NOT NULL,
    "virtualFinish" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "TeamShare_pkey" PRIMARY KEY ("teamId")
);

-- AddForeignKey
ALTER TABLE "TeamShare" ADD CONSTRAINT "TeamShare_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
