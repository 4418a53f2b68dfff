import type { RetentionBatch } from '@drydock/engine';
import type { Queries } from '../database.ts';
import { ago, HAS_ENDED } from './removable.ts';

/** A statement looks at this many events of each task: some 50 ms, far below its timeout. */
const SPAN = 5000;

const DUE = `SELECT t."id", t."lastSeq" FROM "Task" t
  WHERE ${HAS_ENDED} AND t."logsDeletedAt" IS NULL AND t."finishedAt" <= ${ago('$1')}
  ORDER BY t."finishedAt" LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

const DELETE = `WITH gone AS (
    DELETE FROM "TaskEvent" WHERE "taskId" = ANY($1) AND "seq" > $2 AND "seq" <= $3 AND "type" = 'log' RETURNING 1
  ) SELECT count(*)::int AS "count" FROM gone`;

/** Runs inside a transaction: a history has holes only where `logsDeletedAt` says so. */
export const deleteLogEvents = async (
  tx: Queries,
  { olderThanMs, limit }: RetentionBatch,
): Promise<{ tasks: number; events: number }> => {
  const due = await tx.rows<{ id: string; lastSeq: number }>({ text: DUE, values: [olderThanMs, limit] });
  const ids = due.map(({ id }) => id);
  const lastSeq = Math.max(0, ...due.map((task) => task.lastSeq));
  let events = 0;
  for (let from = 0; from < lastSeq; from += SPAN) {
    const [gone] = await tx.rows<{ count: number }>({ text: DELETE, values: [ids, from, from + SPAN] });
    events += gone?.count ?? 0;
  }
  if (ids.length > 0)
    await tx.rows({
      text: 'UPDATE "Task" SET "logsDeletedAt" = clock_timestamp() WHERE "id" = ANY($1)',
      values: [ids],
    });
  return { tasks: ids.length, events };
};
