import type { Database } from './database.ts';

/** Retention of idempotency keys: 24 hours, by the database's clock. Returns how many rows went. */
export const deleteExpired = (database: Database): Promise<number> =>
  database.prisma(
    (prisma) =>
      prisma.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "createdAt" <= now() - interval '24 hours'`,
  );
