import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import pg from 'pg';
import type { TaskView } from './system/client.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

/** What takes days elsewhere takes seconds here: each age is 3 s, the grace 2 s. */
const AGE_DAYS = (3 / 86_400).toFixed(12);
const ENV = {
  DRYDOCK_RETENTION_EVERY_SECONDS: '0.3',
  DRYDOCK_LOG_EVENTS_DAYS: AGE_DAYS,
  DRYDOCK_FILES_DAYS: AGE_DAYS,
  DRYDOCK_SESSIONS_DAYS: AGE_DAYS,
  DRYDOCK_ORPHAN_GRACE_SECONDS: '2',
  DRYDOCK_MIRRORS_DAYS: AGE_DAYS,
};
const NOBODY = 'task_01arz3ndektsv4rrffq69g5fav';

let system: System;
let url: string;
let live: TaskView;
let done: TaskView;

const inData = (...path: string[]): string => join(system.dataDirectory, ...path);
const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
};
const typesOf = (events: readonly Record<string, unknown>[]): unknown[] =>
  events.map((event) => event['type']);
const problemOf = async (path: string): Promise<Record<string, unknown>> =>
  (await (await system.client.request(path)).json()) as Record<string, unknown>;
const gone = (...path: string[]): Promise<unknown> => eventually(async () => !existsSync(inData(...path)));

beforeAll(async () => {
  system = await startSystem({ env: ENV });
  url = await publishScript(system, 'small', 'echo one > a.txt');
  live = await system.client.submit(
    bashTask(url, 'for i in $(seq 6000); do echo "line $i"; sleep 0.2; done; echo two > a.txt'),
  );
  await system.client.until(live.id, (task) => task.phase === 'agent');
  const { id } = await system.client.submit(bashTask(url, 'echo said; echo two > a.txt'));
  done = await system.client.wait(id);
});

afterAll(async () => {
  await system.stop();
});

describe('retention', () => {
  it('takes the log events of an ended task, and pages and streams go on over the holes', async () => {
    const events = await eventually(async () => {
      const all = await system.client.events(done.id);
      return !typesOf(all).includes('log') && all;
    });
    const [row] = await sql<{ lastSeq: number; logsDeletedAt: Date | null }>(
      'SELECT "lastSeq", "logsDeletedAt" FROM "Task" WHERE id = $1',
      [done.id],
    );
    expect(row?.logsDeletedAt).not.toBeNull();
    expect(events.length).toBeLessThan(row?.lastSeq ?? 0);
    expect(typesOf(events)).toEqual(
      expect.arrayContaining(['task.queued', 'phase.started', 'artifact.stored']),
    );
    expect(events.at(-1)).toMatchObject({ type: 'task.finished', seq: row?.lastSeq });
    const seqs = events.map((event) => event['seq'] as number);
    for (let after = 0; after <= (row?.lastSeq ?? 0); after++) {
      const streamed = [];
      for await (const { id, event } of system.client.stream(done.id, { lastEventId: after }))
        streamed.push(event === 'end' ? 'end' : id);
      expect(streamed).toEqual([...seqs.filter((seq) => seq > after), 'end']);
    }
  });

  it('takes the files of an ended task, and every route says so', async () => {
    await gone('artifacts', 'tasks', done.id);
    const removed = { status: 404, detail: expect.stringMatching(/were removed on \d{4}-\d\d-\d\d/) };
    for (const [path, code] of [
      ['diff', 'diff_not_available'],
      ['artifacts/diff.patch', 'diff_not_available'],
      ['artifacts/agent.log', 'artifact_not_available'],
    ] as const)
      expect(await problemOf(`/v1/tasks/${done.id}/${path}`)).toMatchObject({ ...removed, code });
    expect(await problemOf(`/v1/tasks/${done.id}/artifacts`)).toEqual({ items: [] });
    expect(await system.client.task(done.id)).toMatchObject({ outcome: 'changed', diffstat: { files: 1 } });
  });

  it('takes files that belong to nobody, and only after the grace', async () => {
    const put = async (...path: string[]): Promise<string> => {
      const file = inData('artifacts', ...path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, 'x');
      return file;
    };
    const startedAt = Date.now();
    const input = await put('tasks', NOBODY, 'input.zip');
    const stale = await put('tasks', done.id, 'attempts', '7', 'agent.log');
    const half = await put('.tmp', 'cut-off');
    const notOurs = await put('notes.txt');
    const sentIn = await put('../spool/cut-off.zip');
    await eventually(async () => ![input, stale, half, sentIn].some((file) => existsSync(file)));
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1900);
    expect(existsSync(notOurs)).toBe(true);
    await gone('artifacts', 'tasks', NOBODY);
  });

  it('takes what a killed process was writing at once, and never what a living one writes', async () => {
    const worker = await system.startWorker();
    const stat = await readFile(`/proc/${String(worker.pid)}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim().replaceAll('-', '');
    const namespace = /\d+/.exec(await readlink(`/proc/${String(worker.pid)}/ns/pid`))?.[0] ?? '';
    const mark = [boot, namespace, worker.pid, started].join('.');
    const [mirror = ''] = await readdir(inData('mirrors'));
    const written = [inData('artifacts/.tmp', `${mark}_1`), inData('spool', `${mark}_1.zip`)];
    const strange = inData('artifacts/.tmp/stranger_1');
    for (const file of [...written, strange]) {
      await writeFile(file, 'half');
      await utimes(file, new Date(0), new Date(0));
    }
    const half = inData('mirrors', mirror, `tmp-${mark}_1`);
    await mkdir(half);
    await eventually(async () => !existsSync(strange));
    expect([...written, half].map((file) => existsSync(file))).toEqual([true, true, true]);
    await worker.killHard();
    await eventually(async () => ![...written, half].some((file) => existsSync(file)));
  });

  it('takes mirrors that nobody used, and the next task fetches anew', async () => {
    const mirrors = await readdir(inData('mirrors'));
    const stores = await Promise.all(
      mirrors.map(async (name) =>
        (await readdir(inData('mirrors', name))).map((commit) => inData('mirrors', name, commit)),
      ),
    );
    expect(stores.flat()).toHaveLength(1);
    for (const store of stores.flat()) await utimes(store, new Date(0), new Date(0));
    await eventually(async () => (await readdir(inData('mirrors'))).length === 0);
    const { id } = await system.client.submit(bashTask(url, 'echo two > a.txt'));
    expect((await system.client.wait(id)).outcome).toBe('changed');
  });

  it('takes rows of ended sessions and old idempotency keys, and keeps the names in the attempts', async () => {
    await sql(`INSERT INTO "WorkerSession" (id, "workerId", "bootNonce", host, version, concurrency, "leaseUntil")
      VALUES ('old:1', 'old', '1', 'h', '0', 1, now() - interval '1 hour')`);
    await sql(`INSERT INTO "IdempotencyKey" ("teamId", route, key, "bodyHash", "taskId", "createdAt")
      SELECT id, 'r', 'k', 'h', 't', now() - interval '25 hours' FROM "Team"`);
    await eventually(
      async () =>
        (await sql(`SELECT 1 FROM "WorkerSession" WHERE id = 'old:1'`)).length +
          (await sql(`SELECT 1 FROM "IdempotencyKey" WHERE key = 'k'`)).length ===
        0,
    );
    expect((await system.client.task(done.id)).attempts[0]?.workerId).toBe(done.attempts[0]?.workerId);
  });

  it('counts what it takes, and fails at nothing', async () => {
    const port = /"port":(\d+)/.exec(system.workers[0]?.output ?? '')?.[1] ?? '';
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const count = (name: string, thing: string): number =>
      Number(
        new RegExp(`^drydock_retention_${name}_total\\{thing="${thing}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
      );
    expect(count('removed', 'log_events')).toBeGreaterThanOrEqual(1);
    expect(count('removed', 'files_by_age')).toBeGreaterThanOrEqual(1);
    expect(count('removed', 'orphans')).toBeGreaterThanOrEqual(2);
    expect(text).not.toMatch(/^drydock_retention_failures_total\{.*\} [1-9]/m);
  });

  it('has touched nothing of the live task', async () => {
    const task = await system.client.task(live.id);
    expect(task).toMatchObject({ status: 'running', phase: 'agent' });
    const events = await system.client.events(live.id);
    expect(events.map((event) => event['seq'])).toEqual(events.map((_, index) => index + 1));
    expect(typesOf(events).filter((type) => type === 'log').length).toBeGreaterThan(5);
    await system.client.post(`/v1/tasks/${live.id}/cancel`, {});
    expect((await system.client.wait(live.id)).outcome).toBe('cancelled');
    expect(await system.client.artifact(live.id, 'agent.log')).toContain('line 9');
  });
});
