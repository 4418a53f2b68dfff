import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testServices } from '@drydock/testing';
import pg from 'pg';
import { PreviousRelease, type OldFence } from './release-0.1/previous-release.ts';

const FIRST_RELEASE = '20261121095000_partial_indexes';
const MODULE = JSON.stringify(join(import.meta.dirname, 'migrations.mjs'));
/** Finished ones that lie there when the migrations come: enough for a rewrite or an index to take its time. */
const OLD_TASKS = 20_000;

const { databaseUrl } = testServices();
const database = `drydock_previous_${randomBytes(6).toString('hex')}`;
const url = Object.assign(new URL(databaseUrl), { pathname: `/${database}` }).href;
const admin = new pg.Client({ connectionString: databaseUrl });
let client: pg.Client;
const used = new Set<string>();

/** In a process of its own, as it runs beside the old version. */
const deploy = async (last?: string): Promise<string[]> => {
  const script = `const { deploy } = await import(${MODULE});
    console.log(JSON.stringify(await deploy(${JSON.stringify(url)}, ${JSON.stringify({ last })})));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as string[];
};

const connect = (sessionId: string): Promise<PreviousRelease> =>
  PreviousRelease.connect(url, { teamId: 'team_old', sessionId }, (name) => used.add(name));

const rows = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;

const FILL = `
  INSERT INTO "Team" ("id", "name") VALUES ('team_old', 'old');
  INSERT INTO "ApiKey" ("id", "teamId", "sha256", "scopes") VALUES ('key_old', 'team_old', 'ab', '{tasks:read}');
  INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "outcome", "request", "schemaVersion", "priority",
      "maxAttempts", "labels", "imageName", "limits", "lastSeq", "finishedAt")
    SELECT 'task_' || n, 'team_old', 'key_old', 'succeeded', 'changed', '{}', 1, 5, 1, '{}', 'x', '{}', 3, now()
    FROM generate_series(1, ${String(OLD_TASKS)}) n;
  INSERT INTO "TaskEvent" ("taskId", "seq", "type", "at", "teamId", "payload")
    SELECT 'task_' || n, seq, 'log', now(), 'team_old', '{"text": "x"}'
    FROM generate_series(1, ${String(OLD_TASKS)}) n, generate_series(1, 3) seq`;

/** All that release 0.1 knows, row by row: its columns are those that are there when this runs first. */
const columns = new Map<string, string>();
const contents = async (): Promise<unknown> => {
  if (columns.size === 0)
    for (const row of await rows(`SELECT "table_name" AS "table", string_agg(quote_ident("column_name"), ', ' ORDER BY
        "column_name") AS "columns" FROM information_schema.columns WHERE "table_schema" = 'public'
        AND "table_name" <> '_prisma_migrations' GROUP BY 1`))
      columns.set(String(row['table']), String(row['columns']));
  const sums = [];
  for (const [table, list] of columns)
    sums.push(
      ...(await rows(`SELECT '${table}' AS "table", count(*)::int AS "rows",
        md5(string_agg(line, E'\n' ORDER BY line)) AS "md5" FROM (SELECT ROW(${list})::text AS line FROM "${table}") lines`)),
    );
  return sums;
};

/** Of the tasks that were submitted and cancelled meanwhile, those with their whole history. */
const wholeOf = (ids: readonly string[]) =>
  rows(`SELECT t."id" FROM "Task" t WHERE t."id" IN ('${ids.join("','")}') AND t."status" = 'cancelled'
    AND (SELECT count(*) FROM "TaskEvent" e WHERE e."taskId" = t."id") = 3 AND t."lastSeq" = 3`);

/** What was written meanwhile goes, so that the rest can be compared. */
const removeTraces = async (ids: readonly string[], { taskId }: OldFence): Promise<void> => {
  await client.query(
    `DELETE FROM "TaskEvent" WHERE "taskId" = ANY($1) OR "payload"->>'text' = 'still here'`,
    [ids],
  );
  await client.query(`DELETE FROM "Task" WHERE "id" = ANY($1)`, [ids]);
  await client.query(`DELETE FROM "WorkerSession" WHERE "id" = 'session_writer'`);
  await client.query(
    `UPDATE "Task" SET "lastSeq" = (SELECT count(*) FROM "TaskEvent" WHERE "taskId" = $1) WHERE "id" = $1`,
    [taskId],
  );
};

beforeAll(async () => {
  await admin.connect();
  await admin.query(`CREATE DATABASE "${database}"`);
  await deploy(FIRST_RELEASE);
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(FILL);
}, 120_000);

afterAll(async () => {
  await client.end();
  await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
  await admin.end();
});

describe('the migrations since release 0.1, on its database', () => {
  let old: PreviousRelease;
  let running: OldFence;

  beforeAll(async () => {
    old = await connect('session_old');
    await old.openSession();
    for (const id of ['task_done', 'task_running', 'task_waiting'])
      expect(await old.submit(id, `key-${id}`)).toBe(true);
    const done = (await old.claim())!;
    await old.work(done);
    await old.finish(done);
    running = (await old.claim())!;
    await old.work(running);
  });

  afterAll(() => old.end());

  it('leave every row as it was, and no statement of the old version fails while they are applied', async () => {
    const before = await contents();
    // Every statement has its own bound of 5 s, of the old version too: one that waited longer for a lock would fail here.
    const stop = new AbortController();
    const writer = await connect('session_writer');
    const written: string[] = [];
    const write = async (): Promise<void> => {
      await writer.openSession();
      while (!stop.signal.aborted) {
        const id = `task_during_${String(written.length)}`;
        expect(await writer.submit(id)).toBe(true);
        written.push(id);
        await old.append(running, ['still here']);
        await writer.heartbeat();
        await writer.cancel(id);
      }
    };
    const writing = write();
    const applied = await deploy();
    stop.abort();
    await writing;
    expect(applied.length).toBeGreaterThan(0);
    expect(written.length).toBeGreaterThan(5);
    await writer.closeSession();
    await writer.end();
    expect((await wholeOf(written)).length).toBe(written.length);
    await removeTraces(written, running);
    expect(await contents()).toEqual(before);
  }, 120_000);

  it('let a worker of the old version go on with its attempt, and an old api with all it does', async () => {
    await old.heartbeat();
    await old.append(running, ['after the migrations']);
    await old.finish(running);
    expect(await old.task(running.taskId)).toMatchObject({
      status: 'succeeded',
      outcome: 'changed',
      baseTree: 'beef',
    });
    const seqs = await old.history(running.taskId);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(await old.submit('task_new', 'key-new')).toBe(true);
    expect(await old.submit('task_new_again', 'key-new')).toBe(false);
    await old.lookAround('task_done');
    const first = (await old.claim())!;
    expect(first.taskId).toBe('task_waiting');
    await old.closeSession();
    expect(await old.sweep()).toBe(1);
    expect(await old.task('task_waiting')).toMatchObject({ status: 'queued' });
    await old.cancel('task_waiting');
    expect(await old.task('task_waiting')).toMatchObject({ status: 'cancelled' });
    expect([...used].sort()).toEqual(PreviousRelease.statementNames.sort());
  });
});
