import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { onDatabase, templateDatabase } from './template-database.ts';
import { testServices } from './test-services.ts';
import { withClient } from './with-client.ts';

const PREFIX = 'drydock_test_';
/** No spec runs this long: what is older was left behind by a killed run. */
const LEFT_OVER_AFTER_MS = 3_600_000;

export interface FreshDatabase {
  /** Connection URL of a migrated, empty database of the caller's own. */
  readonly url: string;
  /** Ends its connections and removes it; idempotent. */
  readonly drop: () => Promise<void>;
}

const drop = (admin: Client, name: string) => admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);

const dropLeftOvers = async (admin: Client): Promise<void> => {
  const { rows } = await admin.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [PREFIX],
  );
  for (const { datname } of rows) {
    const madeAt = parseInt(datname.slice(PREFIX.length).split('_')[0] ?? '', 36);
    if (madeAt < Date.now() - LEFT_OVER_AFTER_MS) await drop(admin, datname);
  }
};

let isSwept = false;

/**
 * A database of the test's own: a copy (some 50 ms) of a template that was migrated once per set of migrations by
 * `node tools/migrate.mjs deploy`. The first call of a machine takes seconds.
 * @throws Error when PostgreSQL is away, or when the migrations fail.
 */
export const freshDatabase = async (): Promise<FreshDatabase> => {
  const { databaseUrl } = testServices();
  const name = `${PREFIX}${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  await withClient(databaseUrl, async (admin) => {
    const template = await templateDatabase(admin, databaseUrl);
    if (!isSwept) await dropLeftOvers(admin);
    isSwept = true;
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  });
  return {
    url: onDatabase(databaseUrl, name),
    drop: () => withClient(databaseUrl, async (admin) => void (await drop(admin, name))),
  };
};
