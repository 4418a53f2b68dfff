import type { NewEvent } from '@drydock/contracts';
import type { Fence } from '@drydock/engine';
import type { Queries } from './database.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';
import { jsonb } from './jsonb.ts';

// The counter on the task's row gives the numbers and makes writers take turns, a cancel of the api included.
const TEXT = `
WITH counted AS (
  UPDATE "Task" t SET "lastSeq" = t."lastSeq" + cardinality($4::text[]) FROM "Attempt" a WHERE ${FENCE_GUARD}
  RETURNING t."teamId", t."lastSeq" - cardinality($4::text[]) AS "before"
), added AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT $1, counted."before" + event."nth", $2, event."type", event."at", counted."teamId", event."payload"
  FROM counted CROSS JOIN unnest($4::text[], $5::timestamptz[], $6::jsonb[])
    WITH ORDINALITY AS event("type", "at", "payload", "nth")
)
SELECT 1 FROM counted`;

/** One statement for the whole batch. @throws AppError `lease_lost`. */
export const appendEvents = async (
  queries: Queries,
  fence: Fence,
  events: readonly NewEvent[],
): Promise<void> => {
  const hit = await queries.rows({
    name: 'append-events',
    text: TEXT,
    values: [
      ...fenceValues(fence),
      events.map((event) => event.type),
      events.map((event) => event.at),
      events.map((event) => jsonb(event.payload)),
    ],
  });
  if (hit.length === 0) throw leaseLost(fence);
};
