import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventually,
  ownPostgres,
  ownRedis,
  TcpRelay,
  type OwnPostgres,
  type OwnRedis,
} from '@drydock/testing';
import { Redis } from 'ioredis';
import { expectProblem } from './system/problems.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { zipOf } from './system/zip-bytes.ts';

const readiness = async (system: System): Promise<{ status: string; checks: Record<string, string> }> =>
  (await (await fetch(`${system.url}/readyz`)).json()) as never;
const readyAs = (system: System, status: string) =>
  eventually(async () => (await readiness(system)).status === status);

const submitZip = async (system: System): Promise<Response> => {
  const form = new FormData();
  const zip = await zipOf({
    'a.txt': 'one\n',
    'big.bin': Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))),
  });
  form.set('archive', new Blob([new Uint8Array(zip)]), 'input.zip');
  const { agent, description } = bashTask('', 'echo two > a.txt');
  form.set('task', JSON.stringify({ agent, description }));
  return system.client.request('/v1/tasks', { method: 'POST', body: form });
};

const filesBelow = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

/** The history has no gap and no repeat, and the attempt's own lines are all there. */
const expectWhole = async (system: System, id: string, lines: number): Promise<void> => {
  const events = await system.client.events(id);
  expect(events.map((event) => event['seq'])).toEqual(events.map((_, index) => index + 1));
  const text = events.map((event) => (event['type'] === 'log' ? String(event['text']) : '')).join('');
  expect(text.match(/line \d+/g)).toEqual(Array.from({ length: lines }, (_, i) => `line ${String(i + 1)}`));
};

const talkative = (url: string, seconds: number) =>
  bashTask(url, `for i in $(seq ${String(seconds)}); do echo "line $i"; sleep 1; done; echo two > a.txt`);

describe('Redis in trouble', () => {
  let redis: OwnRedis;
  let admin: Redis;
  let system: System;
  let url: string;
  beforeAll(async () => {
    redis = await ownRedis();
    admin = new Redis(redis.url, { maxRetriesPerRequest: null });
    admin.on('error', () => undefined);
    system = await startSystem({ redisUrl: redis.url });
    url = await publishScript(system, 'small', 'echo one > a.txt');
  });
  afterAll(async () => {
    admin.disconnect();
    await system.stop();
    await redis.stop();
  });

  it.each([
    [
      'has no memory left',
      () => admin.config('SET', 'maxmemory', '1'),
      () => admin.config('SET', 'maxmemory', '0'),
    ],
    ['is a replica', () => admin.replicaof('127.0.0.1', '1'), () => admin.replicaof('NO', 'ONE')],
    ['is frozen', () => redis.pause(), () => redis.resume()],
    ['is killed', () => redis.kill(), () => redis.start()],
  ] as const)(
    'while it %s, submits are accepted and work goes on; all heals by itself',
    async (_name, begin, end) => {
      const under = await system.client.submit(talkative(url, 6));
      await system.client.until(under.id, (task) => task.phase === 'agent');
      await begin();
      const queued = await Promise.all(
        Array.from({ length: 3 }, () => system.client.submit(bashTask(url, 'echo two > a.txt'))),
      );
      await readyAs(system, 'degraded');
      expect((await readiness(system)).checks).toMatchObject({ postgres: 'ok', redis: 'away' });
      expect(await system.client.wait(under.id)).toMatchObject({ outcome: 'changed' });
      await end();
      await readyAs(system, 'ready');
      for (const { id } of [under, ...queued]) {
        const done = await system.client.wait(id);
        expect([done.outcome, done.attempts.length]).toEqual(['changed', 1]);
      }
      await expectWhole(system, under.id, 6);
      for (const { output, hasExited } of [system.api, ...system.workers]) {
        expect(hasExited).toBe(false);
        expect(output).not.toMatch(/unhandled|uncaught/i);
        expect(output.match(/Redis refuses wake-ups/g)?.length ?? 0).toBeLessThanOrEqual(2);
      }
    },
  );
});

describe('PostgreSQL in trouble', () => {
  let postgres: OwnPostgres;
  let system: System;
  let url: string;
  const start = async (options: Parameters<typeof ownPostgres>[0] = {}) => {
    postgres = await ownPostgres(options);
    system = await startSystem({ env: { DATABASE_URL: postgres.url } });
    url = await publishScript(system, 'small', 'echo one > a.txt');
  };
  afterEach(async () => {
    await system.stop();
    await postgres.stop();
  });

  it('whose disk is full: submits are 503 and leave nothing, running work waits, all heals by itself', async () => {
    await start({ diskMb: 192 });
    const under = await system.client.submit(talkative(url, 10));
    await system.client.until(under.id, (task) => task.phase === 'agent');
    await postgres.fillDisk();
    // There may be room on pages that are there already.
    const description = 'x'.repeat(200_000);
    const refused = await eventually(async () => {
      const answer = await system.client.post('/v1/tasks', { ...bashTask(url, 'true'), description });
      return answer.status === 202 ? null : answer;
    });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectProblem(refused, { status: 503, code: 'service_unavailable' });
    const zip = await submitZip(system);
    // What the task leaves there may come meanwhile.
    const inputs = (await filesBelow(join(system.dataDirectory, 'artifacts'))).filter(
      (name) => name === 'input.zip',
    );
    expect(inputs).toHaveLength(zip.status === 202 ? 1 : 0);
    expect(await filesBelow(join(system.dataDirectory, 'spool'))).toEqual([]);
    await postgres.freeDisk();
    const done = await system.client.wait(under.id);
    expect([done.outcome, done.attempts.length]).toEqual(['changed', 1]);
    await expectWhole(system, under.id, 10);
    expect((await system.client.submit(bashTask(url, 'true'))).status).toBe('queued');
  }, 180_000);

  it('restarted, frozen and killed for a while: the same attempt goes on, and no event is lost', async () => {
    await start();
    const under = await system.client.submit(talkative(url, 40));
    await system.client.until(under.id, (task) => task.phase === 'agent');
    await postgres.restart();
    await readyAs(system, 'ready');
    await postgres.pause();
    await eventually(async () => (await fetch(`${system.url}/readyz`)).status === 503);
    await postgres.resume();
    await readyAs(system, 'ready');
    await postgres.kill();
    const answer = await system.client.post('/v1/tasks', bashTask(url, 'true'));
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectProblem(answer, { status: 503, code: 'service_unavailable' });
    await postgres.start();
    const done = await system.client.wait(under.id).catch(() => system.client.wait(under.id));
    expect([done.outcome, done.attempts.length]).toEqual(['changed', 1]);
    await expectWhole(system, under.id, 40);
  }, 240_000);
});

/** As the chaos suite has it for a minute. */
const REFUSED_MS = 15_000;

describe('a PostgreSQL that refuses the connections of workers for a while', () => {
  let system: System;
  let relay: TcpRelay;
  beforeAll(async () => {
    system = await startSystem({ workers: 0, concurrency: 1 });
    relay = await TcpRelay.toUrl(system.databaseUrl);
  });
  afterAll(async () => {
    relay.restore();
    await system.stop();
    await relay.close();
  });

  it('costs a busy worker neither its attempt nor a line, and an idle one goes on as it was', async () => {
    const url = await publishScript(system, 'small', 'echo one > a.txt');
    const through = { DATABASE_URL: relay.through(system.databaseUrl) };
    const workers = [await system.startWorker(through), await system.startWorker(through)];
    const seconds = REFUSED_MS / 1000 + 10;
    const { id } = await system.client.submit(talkative(url, seconds));
    await system.client.until(id, (task) => task.phase === 'agent');
    relay.cut();
    await delay(REFUSED_MS);
    relay.restore();
    const done = await system.client.wait(id);
    expect([done.outcome, done.attempts.length]).toEqual(['changed', 1]);
    await expectWhole(system, id, seconds);
    const next = await Promise.all(
      [1, 2].map(() => system.client.submit(bashTask(url, 'echo two > a.txt; sleep 10'))),
    );
    const ends = await Promise.all(next.map((task) => system.client.wait(task.id)));
    expect(ends.map((task) => task.outcome)).toEqual(['changed', 'changed']);
    expect(new Set(ends.flatMap((task) => task.attempts.map(({ workerId }) => workerId))).size).toBe(2);
    for (const { hasExited, output } of workers) {
      expect(hasExited).toBe(false);
      expect(output).not.toMatch(/unhandled|uncaught/i);
    }
  }, 150_000);
});

const mount = (...args: string[]) => promisify(execFile)(args[0]!, args.slice(1));
/** By a mount of the test's own: as for the worker, this takes root on Linux. */
describe('a full disk for artifacts', () => {
  let system: System;
  let url: string;
  let artifacts: string;
  beforeAll(async () => {
    system = await startSystem();
    url = await publishScript(system, 'small', 'echo one > a.txt');
    artifacts = join(system.dataDirectory, 'artifacts');
    await mkdir(artifacts, { recursive: true });
    await mount('mount', '-t', 'tmpfs', '-o', 'size=1m', 'drydock-test', artifacts);
  });
  afterAll(async () => {
    await mount('umount', '-l', artifacts).catch(() => undefined);
    await system.stop();
  });

  it('refuses ZIPs with 503, tries finished work again, and heals by itself', async () => {
    // Under way by then: with a full disk nothing new is begun.
    const { id } = await system.client.submit(bashTask(url, 'echo two > a.txt; sleep 20'));
    await system.client.until(id, (task) => task.phase === 'agent');
    const before = await filesBelow(artifacts);
    const ballast = join(artifacts, 'ballast');
    await writeFile(ballast, Buffer.alloc(2 * 1024 ** 2)).catch(() => undefined);
    const answer = await submitZip(system);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    await expectProblem(answer, { status: 503, code: 'store_failed' });
    expect((await filesBelow(artifacts)).toSorted()).toEqual([...before, 'ballast'].toSorted());
    expect(await filesBelow(join(system.dataDirectory, 'spool'))).toEqual([]);
    await readyAs(system, 'degraded');
    expect((await readiness(system)).checks).toMatchObject({ artifacts: 'failing' });
    const tried = await system.client.until(id, (task) => task.attempts.some((one) => one.outcome !== null));
    expect(tried.attempts[0]?.outcome).toBe('infrastructure');
    await mount('rm', ballast);
    const done = await system.client.wait(id, 120_000);
    expect(done.outcome).toBe('changed');
    expect((await submitZip(system)).status).toBe(202);
    await readyAs(system, 'ready');
  }, 180_000);
});
