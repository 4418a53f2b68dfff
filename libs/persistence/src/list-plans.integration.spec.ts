import { beforeEach, describe, expect, it } from '@jest/globals';
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

describe('a long list of tasks', () => {
  const make = usePgStores();
  let stores: PgStores;
  let teamId: TeamId;
  beforeEach(async () => {
    stores = await make();
    teamId = await stores.addTeam();
    await submitted(stores, teamId);
    await stores.database.rows({
      text: `INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "outcome", "request", "schemaVersion", "priority",
          "maxAttempts", "labels", "imageName", "limits", "createdAt")
        SELECT 'task_' || lpad(n::text, 26, '0'), t."teamId", 'key', CASE n % 5000 WHEN 0 THEN 'failed' ELSE 'succeeded' END,
          CASE n % 5000 WHEN 0 THEN 'timeout' ELSE 'changed' END, t."request", 1, 5, 1, '{}', '', t."limits",
          now() - n * interval '1 second'
        FROM "Task" t CROSS JOIN generate_series(1, $1::int) n`,
      values: [TASKS],
    });
    await stores.database.rows({ text: 'ANALYZE "Task"' });
  }, 60_000);

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
  ])('is read by a look at those that are shown: %s', async (_name, filter) => {
    expect(await rowsSeen(filter)).toBeLessThan(LIMIT * 3);
  });

  it('is read so at any depth', async () => {
    const micros = String((Date.now() - (TASKS - 500) * 1000) * 1000);
    const cursor = Buffer.from(`${micros}.task_${'0'.repeat(26)}`).toString('base64url');
    expect(await rowsSeen({ cursor })).toBeLessThan(LIMIT * 3);
  });
});
