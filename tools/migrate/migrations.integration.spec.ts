import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testServices } from '@drydock/testing';
import pg from 'pg';

const { databaseUrl } = testServices();
const database = `drydock_migrations_${randomBytes(6).toString('hex')}`;
const admin = new pg.Client({ connectionString: databaseUrl });

beforeAll(async () => {
  await admin.connect();
  await admin.query(`CREATE DATABASE "${database}"`);
});

afterAll(async () => {
  await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
  await admin.end();
});

describe('migrations', () => {
  it('are applied once and lead to the schema, all in one process as in npm test', async () => {
    const url = new URL(databaseUrl);
    url.pathname = `/${database}`;
    const script = `
      const { deploy, pendingSql } = await import(${JSON.stringify(join(import.meta.dirname, 'migrations.mjs'))});
      const url = ${JSON.stringify(url.href)};
      console.log(JSON.stringify([(await deploy(url)).length, (await deploy(url)).length, await pendingSql(url)]));
      process.exit();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const [first, second, sql] = JSON.parse(stdout) as [number, number, string];
    expect(first).toBeGreaterThan(0);
    expect({ second, sql }).toEqual({ second: 0, sql: '' });
  }, 60_000);
});
