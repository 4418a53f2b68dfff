import { beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryConfig } from 'pg';
import { openSession } from '@drydock/engine/testing';
import type { SessionId } from '@drydock/domain';
import { usePgStores, type PgStores } from '../testing/pg-stores.ts';
import { claimDelivery, countDueDeliveries } from './claim-delivery.ts';
import { HAND_BACK_DELIVERIES, SWEEP_DELIVERIES } from './release-deliveries.ts';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const WAITING = 20_000;

describe('deliveries of a long queue of tasks', () => {
  const make = usePgStores();
  let stores: PgStores;
  let session: SessionId;
  beforeEach(async () => {
    stores = await make();
    session = await openSession(stores);
    const teamId = await stores.addTeam();
    await stores.fill(
      `WITH task AS (
          INSERT INTO "Task" ("id", "teamId", "createdBy", "status", "request", "schemaVersion", "priority", "maxAttempts",
            "labels", "imageName", "limits")
          SELECT 'task_' || n, $1, 'key', 'queued', '{}', 1, 5, 1, '{}', '', '{}' FROM generate_series(1, $2::int) n
          RETURNING "id")
        INSERT INTO "Delivery" ("id", "taskId", "teamId", "kind", "state", "order", "notBefore")
        SELECT 'dlv_' || "id", "id", $1, 'pull_request', 'pending', '{}', CASE WHEN "id" = 'task_7' THEN now() END FROM task`,
      [teamId, WAITING],
    );
  });

  const rowsSeen = async ({ text, values = [] }: QueryConfig): Promise<number> => {
    const [row] = await stores.database.rows<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
      text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    });
    if (row === undefined) throw new Error('EXPLAIN gave nothing.');
    return nodesOf(row['QUERY PLAN'][0].Plan)
      .filter((node) => node['Relation Name'] === 'Delivery')
      .map((node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
      .reduce((sum, rows) => sum + rows, 0);
  };

  it('are claimed, counted, swept and handed back by a look at those that are due', async () => {
    const statements: [string, QueryConfig][] = [
      ['count', countDueDeliveries(session, [], 100)],
      ['claim', claimDelivery(session, [])],
      ['sweep', { text: SWEEP_DELIVERIES }],
      ['hand back', { text: HAND_BACK_DELIVERIES, values: [session] }],
    ];
    for (const [what, statement] of statements)
      expect([what, (await rowsSeen(statement)) < 20]).toEqual([what, true]);
    expect((await stores.deliveries.claimNext(session, []))?.task.id).toBe('task_7');
  });
});
