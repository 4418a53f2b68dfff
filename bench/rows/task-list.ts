import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { query } from '../../e2e/system/teams.ts';
import { ms, NO_AIM, type Bench, type BenchRow } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { commandTask } from './sample-repository.ts';

const TASKS = 100_000;
const PAGE = 50;
const SEARCHES = 20;
const MOST_MS = 50;
/** One task in so many failed. */
const RARE = 1_000;

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** Copies of one submitted task that have ended, each with an attempt, and a third with a pull request. */
const seed = async (system: System): Promise<void> => {
  const body = { ...commandTask('https://example.com/a.git', 'true'), labels: { project: 'shop' } };
  await (await system.client.post('/v1/tasks', body)).arrayBuffer();
  await query(
    system,
    `INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "outcome", "request", "schemaVersion", "priority",
        "maxAttempts", "labels", "imageName", "limits", "createdAt", "startedAt", "finishedAt")
      SELECT 'task_' || lpad(n::text, 26, '0'), t."teamId", t."createdBy",
        CASE WHEN n % $2::int = 0 THEN 'failed' ELSE 'succeeded' END, 'changed', t."request", t."schemaVersion", 5, 1,
        jsonb_build_object('project', 'shop', 'run', (n % 200)::text), t."imageName", t."limits",
        now() - n * interval '1 second', now(), now()
      FROM generate_series(1, $1::int) n CROSS JOIN "Task" t WHERE t."status" = 'queued'`,
    [TASKS, RARE],
  );
  await query(
    system,
    `INSERT INTO "Attempt" ("taskId", "number", "teamId", "sessionId", "bootNonce", "workerId", "finishedAt", "outcome")
      SELECT "id", 1, "teamId", 'w:1', '1', 'w', now(), 'changed' FROM "Task" WHERE "status" <> 'queued'`,
  );
  await query(
    system,
    `INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state")
      SELECT replace("id", 'task_', 'dlv_'), "id", "teamId", 'pull_request', 'succeeded' FROM "Task"
      WHERE "status" <> 'queued' AND right("id", 1) IN ('3', '6', '9')`,
  );
  await query(system, 'ANALYZE');
};

/** Times of all pages from the first to the last, and how many tasks they had. */
const walk = async (system: System, filter: string): Promise<{ times: number[]; tasks: number }> => {
  const times: number[] = [];
  let tasks = 0;
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const begin = performance.now();
    const response = await system.client.request(`/v1/tasks?limit=${String(PAGE)}${filter}${from}`);
    const page = (await response.json()) as Page;
    times.push(performance.now() - begin);
    tasks += page.items.length;
    cursor = page.next;
  }
  return { times, tasks };
};

const rowOf = (what: string, times: readonly number[], bare: string): BenchRow => {
  const p99 = quantile(times, 0.99);
  return {
    what: `${what} (${String(times.length)} pages of ${String(PAGE)}, one after the other)`,
    measured: `p50 ${ms(median(times))}, p99 ${ms(p99)}, worst ${ms(Math.max(...times))}`,
    bare,
    aim: `p99 < ${String(MOST_MS)} ms`,
    isMet: p99 < MOST_MS,
  };
};

const measure = async (system: System): Promise<BenchRow[]> => {
  const bare: number[] = [];
  for (let i = 0; i < 100; i++) {
    const begin = performance.now();
    await (await system.client.request('/livez')).arrayBuffer();
    bare.push(performance.now() - begin);
  }
  const livez = `GET /livez: p50 ${ms(median(bare))}, p99 ${ms(quantile(bare, 0.99))}`;
  await seed(system);
  const all = await walk(system, '');
  if (all.tasks !== TASKS + 1) throw new Error(`${String(all.tasks)} tasks on all pages`);
  const failed = await walk(system, '&status=failed');
  const labelled = await walk(system, '&label=run:7');
  const searched: number[] = [];
  for (let i = 0; i < SEARCHES; i++) {
    const begin = performance.now();
    await (await system.client.request(`/v1/tasks?search=nowhere-${String(i)}`)).arrayBuffer();
    searched.push(performance.now() - begin);
  }
  const many = TASKS.toLocaleString('en');
  return [
    rowOf(`task list, ${many} tasks, from the first page to the last`, all.times, livez),
    rowOf(`the same, status=failed: one task in ${String(RARE)}`, failed.times, livez),
    rowOf('the same, by a label of one task in 200', labelled.times, livez),
    {
      what: `the same, a search that finds nothing (${String(SEARCHES)} times)`,
      measured: `p50 ${ms(median(searched))}, worst ${ms(Math.max(...searched))}`,
      bare: livez,
      ...NO_AIM,
    },
  ];
};

export const taskListBench: Bench = {
  name: 'task-list',
  run: async () => {
    const system = await startSystem({ workers: 0 });
    try {
      return await measure(system);
    } finally {
      await system.stop();
    }
  },
};
