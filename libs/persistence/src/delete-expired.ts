import type { Database } from './database.ts';

/** One statement's worth, far below the statement timeout; the next run takes the rest. */
const MOST = 5000;

/** Retention of idempotency keys: 24 hours, by the database's clock. Returns how many rows went, at most 5,000. */
export const deleteExpired = async (database: Database): Promise<number> => {
  const rows = await database.rows({
    text: `DELETE FROM "IdempotencyKey" WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM "IdempotencyKey" WHERE "createdAt" <= now() - interval '24 hours' LIMIT $1))
      RETURNING 1`,
    values: [MOST],
  });
  return rows.length;
};
