import { AppError } from '@drydock/domain';
import type { EventBatch, Fence } from '@drydock/engine';
import type { Queries } from './database.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';
import { jsonb } from './jsonb.ts';

// The counter on the task's row gives the numbers and makes writers take turns, a cancel of the api included. The batch's
// number stands in the guard: while a first try still holds the row, a second waits for it, looks again and hits nothing.
const APPEND = `
WITH counted AS (
  UPDATE "Task" t SET "lastSeq" = t."lastSeq" + cardinality($5::text[]), "lastBatch" = $4 FROM "Attempt" a
  WHERE ${FENCE_GUARD} AND t."lastBatch" = $4 - 1
  RETURNING t."teamId", t."lastSeq" - cardinality($5::text[]) AS "before"
), added AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT $1, counted."before" + event."nth", $2, event."type", event."at", counted."teamId", event."payload"
  FROM counted CROSS JOIN unnest($5::text[], $6::timestamptz[], $7::jsonb[])
    WITH ORDINALITY AS event("type", "at", "payload", "nth")
)
SELECT 1 FROM counted`;

const LAST_BATCH = `SELECT t."lastBatch" FROM "Task" t JOIN "Attempt" a ON ${FENCE_GUARD}`;

/** One statement for the whole batch. @throws AppError `lease_lost`. */
export const appendEvents = async (
  queries: Queries,
  fence: Fence,
  { number, events }: EventBatch,
): Promise<void> => {
  const hit = await queries.rows({
    name: 'append-events',
    text: APPEND,
    values: [
      ...fenceValues(fence),
      number,
      events.map((event) => event.type),
      events.map((event) => event.at),
      events.map((event) => jsonb(event.payload)),
    ],
  });
  if (hit.length === 0) await explainMiss(queries, fence, number);
};

/** Says nothing when the batch is there already. A statement of its own: it must see what the first try left behind. */
const explainMiss = async (queries: Queries, fence: Fence, number: number): Promise<void> => {
  const [task] = await queries.rows<{ lastBatch: number }>({
    name: 'last-batch',
    text: LAST_BATCH,
    values: fenceValues(fence),
  });
  if (task === undefined) throw leaseLost(fence);
  if (task.lastBatch < number)
    throw new AppError(
      'internal',
      `Batch ${String(number)} came after batch ${String(task.lastBatch)}: events in between were never told.`,
    );
};
