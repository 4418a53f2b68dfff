import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { freshDatabase, type FreshDatabase } from './fresh-database.ts';

const query = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
};

describe('freshDatabase', () => {
  let made: FreshDatabase[] = [];
  beforeAll(async () => {
    made = await Promise.all([freshDatabase(), freshDatabase()]);
  });
  afterAll(() => Promise.all(made.map((database) => database.drop())));

  it('gives migrated databases that share nothing', async () => {
    const [one, two] = made.map((database) => database.url) as [string, string];
    await query(one, 'CREATE TABLE mine (id int)');
    const tables =
      "SELECT count(*)::int AS n FROM pg_tables WHERE tablename IN ('mine', '_prisma_migrations')";
    expect((await query(one, tables)).rows).toEqual([{ n: 2 }]);
    expect((await query(two, tables)).rows).toEqual([{ n: 1 }]);
  });

  it('drops a database that is still in use, twice', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(database.drop()).resolves.toBeUndefined();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});
