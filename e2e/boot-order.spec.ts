import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, ROOT, TcpRelay } from '@drydock/testing';
import { AppProcess } from './system/app-process.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { query } from './system/teams.ts';

const run = promisify(execFile);
const ENGINE = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '');

let system: System;
/** Nobody has migrated it. */
let database: string;
let databaseUrl: string;
let postgres: TcpRelay;
let redis: TcpRelay;
/** Nothing is there at first. */
let socket: string;
const apps: AppProcess[] = [];

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  await system.api.stop();
  [postgres, redis] = await Promise.all([
    TcpRelay.toUrl(system.databaseUrl),
    TcpRelay.toUrl(system.redisUrl),
  ]);
});

beforeEach(async () => {
  const letters = randomBytes(6).toString('hex');
  database = `drydock_boot_${letters}`;
  await query(system, `CREATE DATABASE "${database}"`);
  const url = new URL(system.databaseUrl);
  url.pathname = `/${database}`;
  databaseUrl = url.href;
  socket = join(system.dataDirectory, `${letters}.sock`);
  postgres.restore();
  redis.restore();
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop(5_000)));
  await query(system, `DROP DATABASE "${database}" WITH (FORCE)`);
});

afterAll(async () => {
  await Promise.all([postgres.close(), redis.close()]);
  await system.stop();
});

const start = (name: 'api' | 'worker', waitSeconds: number): AppProcess => {
  const app = new AppProcess(name, {
    ...system.apiEnvironment,
    DATABASE_URL: postgres.through(databaseUrl),
    REDIS_URL: redis.through(system.redisUrl),
    DOCKER_HOST: `unix://${socket}`,
    DRYDOCK_START_WAIT_SECONDS: String(waitSeconds),
  });
  apps.push(app);
  return app;
};

const migrate = () =>
  run(process.execPath, [join(ROOT, 'tools', 'migrate.mjs'), 'deploy'], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
const offerDocker = () => symlink(ENGINE, socket);

const says = (app: AppProcess, text: RegExp) =>
  eventually(
    () => {
      if (app.hasExited) throw new Error('it ended');
      return text.test(app.output);
    },
    { lastSeen: () => app.output },
  );
/** What of the database it has said that it waits for, in order. */
const waitsOf = ({ output }: AppProcess): (string | undefined)[] =>
  [...output.matchAll(/"msg":"waiting for (PostgreSQL|migration)/g)].map(([, what]) => what);
const statusOf = (path: string) =>
  fetch(system.url + path).then(
    ({ status }) => status,
    () => null,
  );

describe('an api and a worker that start before anything else is there', () => {
  it('wait, say for what, and work as soon as it comes, in whatever order', async () => {
    const url = await publishScript(system, 'small', 'echo one > a.txt');
    postgres.cut();
    redis.cut();
    const [api, worker] = [start('api', 120), start('worker', 120)];
    await says(worker, /waiting for Docker/);
    for (const app of apps) await says(app, /waiting for PostgreSQL at 127\.0\.0\.1:\d+/);
    // Without PostgreSQL the api is of some use: it tells clients to come again.
    await eventually(async () => (await statusOf('/livez')) === 200);
    expect(await statusOf('/readyz')).toBe(503);

    postgres.restore();
    for (const app of apps) await says(app, /waiting for migration \d+_\w+ in PostgreSQL/);
    await migrate();
    await eventually(async () => (await statusOf('/readyz')) === 200);
    const { id } = await eventually(() => system.client.submit(bashTask(url, 'echo two > a.txt')));
    await offerDocker();
    await says(worker, /"msg":"claiming"/);
    redis.restore();
    expect(await system.client.wait(id)).toMatchObject({ outcome: 'changed' });
    for (const app of apps) {
      // On a busy machine PostgreSQL may seem to be away once more; what is known already is not said again.
      const waits = waitsOf(app);
      expect(waits.slice(0, 2)).toEqual(['PostgreSQL', 'migration']);
      expect(waits.filter((what, i) => what === waits[i - 1])).toEqual([]);
      expect(app.output).not.toMatch(/unhandled|uncaught/i);
    }
    expect([await api.stop(), await worker.stop()]).toEqual([0, 0]);
  });
});

/** What it wrote last, once it has ended by itself. */
const lastWords = async (app: AppProcess): Promise<string> => {
  await eventually(() => app.hasExited, { lastSeen: () => app.output });
  expect(await app.stop()).toBe(1);
  return app.output.trim().split('\n').at(-1) ?? '';
};

/** Long enough for PostgreSQL to answer that it lacks something, or that it lacks nothing, on a busy machine. */
const LOOK_SECONDS = 4;

describe('a start that has waited in vain ends with exit code 1 and what to do', () => {
  it.each(['api', 'worker'] as const)(
    'when the %s finds a database that was never migrated',
    async (name) => {
      await offerDocker();
      const words = await lastWords(start(name, LOOK_SECONDS));
      expect(words).toMatch(
        /^The (api|worker) cannot start\. Waited \d+ s for migration \d+_\w+ in PostgreSQL at /,
      );
      expect(words).toMatch(/Run `node tools\/migrate\.mjs deploy` with the same DATABASE_URL\.$/);
      expect(words).not.toContain(new URL(databaseUrl).password);
    },
  );

  it('when a worker finds no PostgreSQL', async () => {
    await offerDocker();
    postgres.cut();
    expect(await lastWords(start('worker', 1))).toMatch(
      /^The worker cannot start\. Waited \d+ s for PostgreSQL at \S+\. It does not answer\. Start it, or correct DATABASE_URL\.$/,
    );
  });

  it('when a worker finds no Docker', async () => {
    await migrate();
    expect(await lastWords(start('worker', LOOK_SECONDS))).toMatch(
      /^The worker cannot start\. Waited \d+ s for Docker\. .*Start it, or correct DOCKER_HOST\.$/,
    );
  });
});
