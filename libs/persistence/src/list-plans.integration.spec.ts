import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskFilter } from '@drydock/engine';
import type { TeamId } from '@drydock/domain';
import { submitted } from '@drydock/engine/testing';
import type { QueryConfig } from 'pg';
import type { Queries } from './database.ts';
import { listTasks } from './list-tasks.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const TASKS = 20_000;
const LIMIT = 50;
/** Looked at in the order of the list before an index is asked. */
const NEAR = 500;

const SEED = `INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "outcome", "request", "schemaVersion", "priority",
          "maxAttempts", "labels", "imageName", "limits", "createdAt", "finishedAt")
        SELECT 'task_' || lpad(n::text, 26, '0'), t."teamId", 'key', CASE n % 5000 WHEN 0 THEN 'failed' ELSE 'succeeded' END,
          CASE n % 5000 WHEN 0 THEN 'timeout' WHEN 1 THEN 'no_changes' ELSE 'changed' END,
          CASE n % 5000
            WHEN 2 THEN t."request" || '{"description": "Find the NEEDLE"}'
            WHEN 3 THEN jsonb_set(t."request", '{source}', '{"git": {"url": "https://example.com/rare.git"}}')
            ELSE t."request" || '{"description": "Fix it"}' END,
          1, 5, 1, CASE n % 5000 WHEN 4 THEN '{"run": "7"}'::jsonb ELSE '{"run": "8"}' END, '', t."limits",
          now() - n * interval '1 second', now()
        FROM "Task" t CROSS JOIN generate_series(1, $1::int) n WHERE t."status" = 'queued'`;

describe('a long list of tasks', () => {
  const make = usePgStores();
  let stores: PgStores;
  let teamId: TeamId;
  beforeAll(async () => {
    stores = await make();
    teamId = await stores.addTeam();
    await submitted(stores, teamId);
    await stores.fill(SEED, [TASKS]);
    await stores.fill('ANALYZE "Task"', []);
  });

  /** Rows of tasks that PostgreSQL looks at for one page. */
  const rowsSeen = async (filter: Partial<TaskFilter>): Promise<number> => {
    const statements: QueryConfig[] = [];
    const listening: Queries = {
      rows: async <Row>(statement: QueryConfig) => {
        statements.push(statement);
        return stores.database.rows<Row>(statement);
      },
    };
    await listTasks(listening, teamId, { labels: [], limit: LIMIT, ...filter });
    const [{ text, values = [] } = { text: '' }] = statements;
    const explain = { text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values };
    const [row] = await stores.database.rows<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain);
    if (row === undefined) throw new Error('EXPLAIN gave nothing.');
    return nodesOf(row['QUERY PLAN'][0].Plan)
      .filter((node) => node['Relation Name'] === 'Task')
      .map((node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
      .reduce((sum, rows) => sum + rows, 0);
  };

  it.each<[string, Partial<TaskFilter>]>([
    ['the first page', {}],
    ['tasks of a status that few have', { status: 'failed' }],
    ['tasks that run, when none does', { status: 'running' }],
    ['tasks of an outcome that few have', { outcome: 'timeout' }],
    ['tasks of an outcome that few that succeeded have', { outcome: 'no_changes' }],
  ])('is read by a look at those that are shown: %s', async (_name, filter) => {
    expect(await rowsSeen(filter)).toBeLessThan(LIMIT * 3);
  });

  it.each<[string, Partial<TaskFilter>]>([
    ['few, by a word of their description', { search: 'needle' }],
    ['none, by such a word', { search: 'nowhere' }],
    ['few, by their repository', { repository: 'RARE' }],
    ['few, by a label', { labels: [['run', '7']] }],
    ['none, by a label', { labels: [['run', '9']] }],
    ['few, by both and a status', { search: 'needle', labels: [['run', '8']], status: 'succeeded' }],
    ['all, by a word', { search: 'fix' }],
    ['all, by a label', { labels: [['run', '8']] }],
  ])('finds by a look at some hundreds of the newest and at what fits: %s', async (_name, filter) => {
    expect(await rowsSeen(filter)).toBeLessThan(NEAR + LIMIT * 3);
  });

  it('finds the same in the order of the list and beyond it', async () => {
    const found = async (filter: Partial<TaskFilter>) =>
      (await listTasks(stores.database, teamId, { labels: [], limit: LIMIT, ...filter })).items.map(
        ({ id }) => id,
      );
    const needles = [2, 5_002, 10_002, 15_002].map((n) => `task_${String(n).padStart(26, '0')}`);
    expect(await found({ search: 'needle' })).toEqual(needles);
    expect(await found({ search: 'needle', limit: 2 })).toEqual(needles.slice(0, 2));
    const all = await found({});
    expect(await found({ search: 't' })).toEqual(all);
  });

  it('is read so at any depth', async () => {
    const micros = String((Date.now() - (TASKS - 500) * 1000) * 1000);
    const cursor = Buffer.from(`${micros}.task_${'0'.repeat(26)}`).toString('base64url');
    expect(await rowsSeen({ cursor })).toBeLessThan(LIMIT * 3);
  });
});
