import { eventually } from '@drydock/testing';
import type { System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';

const PATIENCE = { timeoutMs: 90_000, intervalMs: 100 };

/** When the attempt was claimed, ms since 1970 by the database. @throws Error when it does not come in time. */
export const claimedAt = async (system: System, taskId: string, attempt: number): Promise<number> => {
  const text = `SELECT extract(epoch FROM "startedAt") * 1000 AS at
                  FROM "Attempt" WHERE "taskId" = $1 AND number = $2`;
  const row = await eventually(async () => (await query(system, text, [taskId, attempt]))[0], PATIENCE);
  return Number(row['at']);
};

/** Outcomes of all attempts of these tasks, in order. */
export const outcomesOf = async (system: System, taskIds: readonly string[]): Promise<string[]> => {
  const rows = await query(
    system,
    'SELECT outcome FROM "Attempt" WHERE "taskId" = ANY($1) ORDER BY "taskId", number',
    [taskIds],
  );
  return rows.map((row) => String(row['outcome']));
};

/** Rows that the task's first attempt wrote after the second one was claimed: there must be none. */
export const lateWrites = async (system: System, taskId: string): Promise<number> => {
  const [row] = await query(
    system,
    `SELECT (SELECT count(*) FROM "TaskEvent" e WHERE e."taskId" = $1 AND e.attempt = 1 AND e.seq >
              (SELECT min(c.seq) FROM "TaskEvent" c
                WHERE c."taskId" = $1 AND c.attempt = 2 AND c.type = 'task.claimed'))
          + (SELECT count(*) FROM "Artifact" a WHERE a."taskId" = $1 AND a.attempt = 1)
          + (SELECT count(*) FROM "Attempt" t
              WHERE t."taskId" = $1 AND t.number = 1 AND t.outcome IS DISTINCT FROM 'lost') AS n`,
    [taskId],
  );
  return Number(row?.['n']);
};

/** Submits tasks whose agents work until they are stopped, and waits until all of them do. @returns their ids. */
export const startEndless = async (
  system: System,
  task: Record<string, unknown>,
  count: number,
): Promise<string[]> => {
  const ids = await Promise.all(
    Array.from({ length: count }, async () => (await system.client.submit(task)).id),
  );
  await Promise.all(
    ids.map(async (id) => {
      await system.client.until(id, (view) => view.phase === 'agent');
      const hasSpoken = async (): Promise<boolean> =>
        (await system.client.events(id)).some((event) => event['type'] === 'log');
      await eventually(hasSpoken, PATIENCE);
    }),
  );
  return ids;
};

export const cancelAll = async (system: System, ids: readonly string[]): Promise<void> => {
  await Promise.all(ids.map((id) => system.client.post(`/v1/tasks/${id}/cancel`, {})));
  await Promise.all(ids.map((id) => system.client.wait(id)));
};
