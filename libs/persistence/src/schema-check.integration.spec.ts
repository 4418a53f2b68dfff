import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@drydock/testing';
import { connectDatabase, type Database } from './database.ts';
import { NEEDED_MIGRATION } from './needed-migration.ts';
import { missingSchema } from './schema-check.ts';

const opened: Database[] = [];
let fresh: FreshDatabase;
beforeEach(async () => {
  fresh = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await fresh.drop();
});

const open = (url = fresh.url): Database => {
  const database = connectDatabase({ url, poolSize: 1, applicationName: 'test' });
  opened.push(database);
  return database;
};
const missingIn = (database: Database, url = fresh.url) => missingSchema(database, url);
const run = (text: string) => open().rows({ text });

describe('missingSchema', () => {
  it('finds nothing missing in a migrated database, nor in one that is further ahead', async () => {
    expect(await missingIn(open())).toBeNull();
    await run(`INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at")
      VALUES ('x', 'x', '99991231000000_next', now())`);
    expect(await missingIn(open())).toBeNull();
  });

  it.each([
    ['was never migrated', 'DROP TABLE "_prisma_migrations"'],
    [
      'is of the version before',
      `DELETE FROM "_prisma_migrations" WHERE migration_name = '${NEEDED_MIGRATION}'`,
    ],
    [
      'is being migrated',
      `UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name = '${NEEDED_MIGRATION}'`,
    ],
    [
      'was rolled back',
      `UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '${NEEDED_MIGRATION}'`,
    ],
  ])('names the migration and what to run when the database %s', async (_name, change) => {
    await run(change);
    const missing = await missingIn(open());
    expect(missing).toMatchObject({ isAway: false, remedy: expect.stringContaining('migrate.mjs deploy') });
    expect(missing?.what).toMatch(`migration ${NEEDED_MIGRATION} in PostgreSQL at 127.0.0.1:`);
  });

  it('says that PostgreSQL is away, without the password', async () => {
    const url = 'postgres://user:hunter2@127.0.0.1:1/name';
    const missing = await missingIn(open(url), url);
    expect(missing).toMatchObject({ isAway: true, what: 'PostgreSQL at 127.0.0.1:1/name' });
    expect(JSON.stringify(missing)).not.toContain('hunter2');
  });

  it('does not wait for a server that refuses to talk', async () => {
    const url = new URL(fresh.url);
    url.password = 'hunter2';
    await expect(missingIn(open(url.href), url.href)).rejects.toMatchObject({
      code: 'config_error',
      detail: expect.stringMatching(/refuses: password authentication failed.* Correct DATABASE_URL\.$/),
    });
  });
});
