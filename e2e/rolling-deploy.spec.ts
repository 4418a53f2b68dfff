import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { startSystem, type System } from './system/start-system.ts';
import { SubmitLoad } from './system/submit-load.ts';
import { bashTask, publishScript } from './system/tasks.ts';
import { query } from './system/teams.ts';

/** What the next version may add while this one runs: see docs/how-to/deploy.md. */
const NEXT_EXPANSION = [
  `ALTER TABLE "Task" ADD COLUMN "nextNote" TEXT`,
  `ALTER TABLE "Attempt" ADD COLUMN "nextCount" INTEGER NOT NULL DEFAULT 0`,
  `CREATE TABLE "NextThing" ("id" TEXT PRIMARY KEY, "taskId" TEXT NOT NULL REFERENCES "Task"("id") ON DELETE CASCADE)`,
  `CREATE INDEX CONCURRENTLY "Task_next_idx" ON "Task" ("nextNote") WHERE "nextNote" IS NOT NULL`,
];

let system: System;
let url: string;
/** Never starts, so that only the submits are a load. */
let waiting: Record<string, unknown>;

beforeAll(async () => {
  system = await startSystem({ workers: 0, concurrency: 2 });
  url = await publishScript(system, 'small', 'echo one > a.txt');
  const notBefore = new Date(Date.now() + 86_400_000).toISOString();
  waiting = bashTask(url, 'true', { notBefore });
});

afterAll(async () => {
  await system.stop();
});

/** When it said so, by its own clock. */
const saidAt = (output: string, message: string): number => {
  const line = output.split('\n').findLast((each) => each.includes(`"msg":"${message}"`));
  return Date.parse((JSON.parse(line ?? '{}') as { time?: string }).time ?? '');
};

/** Lets so many more be accepted before the next blow. */
const flowing = async (load: SubmitLoad, more: number): Promise<void> => {
  const goal = load.acceptedCount + more;
  await eventually(() => load.acceptedCount >= goal, {
    lastSeen: () => load.acceptedCount,
  });
};

const idsInDatabase = async (label: string): Promise<string[]> => {
  const rows = await query(system, `SELECT id FROM "Task" WHERE labels @> $1`, [
    JSON.stringify({ run: label }),
  ]);
  return rows.map(({ id }) => String(id)).sort();
};

describe('a restart of the api under 100 submits a second', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'loses no 202 and accepts nothing twice, three times by %s',
    async (signal) => {
      const label = randomUUID().slice(0, 8);
      const load = new SubmitLoad(system.client, { ...waiting, labels: { run: label } }, 100);
      for (let i = 0; i < 3; i++) {
        await flowing(load, 100);
        system.api.signal(signal);
        expect(await system.api.ended()).toBe(signal === 'SIGKILL' ? 'SIGKILL' : null);
        await system.startApi();
      }
      await flowing(load, 50);
      const { accepted, wrong, retries } = await load.stop();
      expect(wrong).toEqual([]);
      expect(retries).toBeGreaterThan(0);
      expect([...accepted].sort()).toEqual(await idsInDatabase(label));
    },
    400_000,
  );
});

describe('a migration of the next version and a rolling restart behind it', () => {
  it('loses no task and shows clients nothing but closed doors', async () => {
    const label = randomUUID().slice(0, 8);
    const workers = [await system.startWorker(), await system.startWorker()];
    const running = await Promise.all(
      Array.from({ length: 4 }, () => system.client.submit(bashTask(url, 'echo two > a.txt; sleep 8'))),
    );
    await system.client.until(running[0]!.id, (task) => task.phase === 'agent');
    const load = new SubmitLoad(system.client, { ...waiting, labels: { run: label } }, 20);
    await flowing(load, 10);
    for (const statement of NEXT_EXPANSION) await query(system, statement);
    await flowing(load, 20);
    expect(await system.api.stop()).toBe(0);
    await system.startApi();
    for (const worker of workers) {
      await system.startWorker();
      expect(await worker.stop()).toBe(0);
    }
    await flowing(load, 20);
    const { accepted, wrong } = await load.stop();
    expect(wrong).toEqual([]);
    expect([...accepted].sort()).toEqual(await idsInDatabase(label));
    const ends = await Promise.all(running.map(({ id }) => system.client.wait(id)));
    expect(ends.map((task) => task.outcome)).toEqual(running.map(() => 'changed'));
    const attempts = ends.flatMap((task) => task.attempts.map(({ outcome }) => outcome));
    expect(attempts.filter((outcome) => outcome !== 'changed' && outcome !== 'handed_back')).toEqual([]);
  }, 180_000);
});

describe('the end of the api', () => {
  it('is fast at a second SIGTERM, although a request is under way', async () => {
    const upload = new AbortController();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{')) });
    const hanging = system.client
      .request('/v1/tasks', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        duplex: 'half',
        signal: upload.signal,
      })
      .catch(() => null);
    // The request has reached the api once another one behind it was answered.
    expect((await fetch(`${system.url}/readyz`)).status).toBe(200);
    system.api.signal('SIGTERM');
    await eventually(() => system.api.output.includes('"msg":"stopping"'));
    system.api.signal('SIGTERM');
    expect(await system.api.stop()).toBe(0);
    // Without the second signal it would give the request ten seconds.
    const { output } = system.api;
    expect(saidAt(output, 'requests were cut off') - saidAt(output, 'stopping at once')).toBeLessThan(5_000);
    upload.abort();
    await hanging;
    await system.startApi();
  });

  it('ends streams of events, which go on elsewhere', async () => {
    const { id } = await system.client.submit(waiting);
    const seen: (number | null)[] = [];
    const following = (async () => {
      for await (const event of system.client.stream(id)) seen.push(event.id);
    })();
    await eventually(() => seen.length === 1);
    expect(await system.api.stop()).toBe(0);
    expect(system.api.output).not.toContain('"msg":"requests were cut off"');
    await following;
    await system.startApi();
    await system.client.post(`/v1/tasks/${id}/cancel`, {});
    for await (const event of system.client.stream(id, { lastEventId: seen.at(-1)! })) seen.push(event.id);
    expect(seen).toEqual([...seen.slice(0, -1).map((_, index) => index + 1), null]);
    expect(seen.length).toBeGreaterThan(2);
  });
});
