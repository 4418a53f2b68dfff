import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { ROOT } from './test-services.ts';

const MIGRATE_TIMEOUT_MS = 120_000;
/** Any constant: it only has to be the same in all processes that make templates on one server. */
const LOCK_KEY = 7_305_112;

/** The same server, another database. */
export const onDatabase = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

const schemaHash = (): string => {
  const folder = join(ROOT, 'prisma', 'migrations');
  const files = (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.sql'))
    .sort();
  if (files.length === 0) throw new Error(`${folder} holds no migrations: a test database would be empty.`);
  const hash = createHash('sha256');
  for (const name of files)
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
};

/** Applies all migrations as they are on disk. */
export const migrateDatabase = async (databaseUrl: string): Promise<void> => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'tools', 'migrate.mjs'), 'deploy'], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    timeout: MIGRATE_TIMEOUT_MS,
  });
};

const exists = async (admin: Client, name: string): Promise<boolean> =>
  (await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount === 1;

/** Built under another name and renamed at the end: a template that can be seen is complete. */
const build = async (admin: Client, url: string, name: string): Promise<void> => {
  const building = `${name}_building`;
  await admin.query(`DROP DATABASE IF EXISTS "${building}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${building}"`);
  await migrateDatabase(onDatabase(url, building));
  // A single open connection to a template makes CREATE DATABASE fail.
  await admin.query(`ALTER DATABASE "${building}" WITH ALLOW_CONNECTIONS false`);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${building}'`);
  await admin.query(`ALTER DATABASE "${building}" RENAME TO "${name}"`);
};

/**
 * Name of the migrated template database for the migrations as they are on disk; made on first use, once for all
 * processes.
 * @param admin - connected to `url`; its role may create databases.
 */
export const templateDatabase = async (admin: Client, url: string): Promise<string> => {
  const name = `drydock_template_${schemaHash()}`;
  if (await exists(admin, name)) return name;
  await admin.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    if (!(await exists(admin, name))) await build(admin, url, name);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
  }
  return name;
};
