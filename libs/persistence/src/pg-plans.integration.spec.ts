import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionId } from '@drydock/domain';
import { claimed, openSession, submitted } from '@drydock/engine/testing';
import { claimStatement } from './claim-statement.ts';
import { usePgStores, type PgStores } from './testing/pg-stores.ts';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const TEAMS = 50;
const TASKS = 20_000;

describe('a long queue', () => {
  const make = usePgStores();
  let stores: PgStores;
  beforeEach(async () => {
    stores = await make();
    for (let i = 0; i < TEAMS; i++) await submitted(stores, await stores.addTeam({ weight: 1 + (i % 3) }));
    await stores.fill(
      `INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "request", "schemaVersion", "priority", "maxAttempts",
          "labels", "imageName", "limits", "heldUntil")
        SELECT 'copy_' || n || t."id", t."teamId", t."createdBy", 'queued', t."request", 1, 1 + n % 9, 1, '{}', '', t."limits",
          CASE WHEN n % 10 = 0 THEN now() + interval '1 day' END
        FROM "Task" t CROSS JOIN generate_series(1, $1::int) n`,
      [TASKS / TEAMS - 1],
    );
  });

  const planOf = async (session: SessionId): Promise<PlanNode> => {
    const explained = claimStatement(session).replace(/;(?=[^;]*$)/, '; EXPLAIN (ANALYZE, FORMAT JSON) ');
    const [row] = await stores.database.batch<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explained);
    if (row === undefined) throw new Error('EXPLAIN gave nothing.');
    return row['QUERY PLAN'][0].Plan;
  };

  it('is claimed from by a look at the first of each team, not by reading it', async () => {
    const session = await openSession(stores);
    await claimed(stores, session);
    const scans = nodesOf(await planOf(session)).filter((node) => node['Relation Name'] === 'Task');
    const rowsSeen = scans.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    expect(rowsSeen.reduce((a, b) => a + b, 0)).toBeLessThan(5 * TEAMS);
    expect(scans.map((node) => node['Index Name'])).toEqual(
      expect.arrayContaining(['Task_claimable_idx', 'Task_oldest_claimable_idx']),
    );
  });
});
