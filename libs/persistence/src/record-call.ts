import type { Usage } from '@drydock/domain';
import type { Fence, MeteredCall } from '@drydock/engine';
import type { Queries } from './database.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';
import { cleanText } from './jsonb.ts';
import { USAGE_COLUMNS } from './task-row.ts';

// A call that is told again, because the first answer got lost, counts once. The first try may still be under way: whoever
// holds the row first is waited for, and only the next statement's snapshot sees the call that it left behind.
const LOCK = `SELECT 1 FROM "Task" t JOIN "Attempt" a ON ${FENCE_GUARD} FOR UPDATE OF t`;

// NULL + x is NULL: one call without a price makes the task's cost unknown for good.
const TEXT = `
WITH news AS (
  SELECT (NOT EXISTS (SELECT 1 FROM "ModelCall" c WHERE c."taskId" = $1 AND c."callId" = $4))::int AS "one"
), summed AS (
  UPDATE "Task" t SET "modelCalls" = t."modelCalls" + news."one",
    "inputTokens" = t."inputTokens" + news."one" * $6::bigint,
    "cachedTokens" = t."cachedTokens" + news."one" * $7::bigint,
    "outputTokens" = t."outputTokens" + news."one" * $8::bigint,
    "costUsd" = t."costUsd" + news."one" * $9::numeric
  FROM "Attempt" a CROSS JOIN news WHERE ${FENCE_GUARD}
  RETURNING t."teamId", news."one", ${USAGE_COLUMNS}
), kept AS (
  INSERT INTO "ModelCall" ("taskId", "attempt", "teamId", "callId", "model", "inputTokens", "cachedTokens",
    "outputTokens", "costUsd", "ms", "status")
  SELECT $1, $2, "teamId", $4, $5, $6::bigint, $7::bigint, $8::bigint, $9::numeric, $10::int, $11::int FROM summed
  WHERE "one" = 1
)
SELECT "modelCalls", "inputTokens", "cachedTokens", "outputTokens", "costUsd", "agentSeconds" FROM summed`;

/** Adds the call's row and the task's sums, inside a transaction. @throws AppError `lease_lost`. */
export const recordCall = async (tx: Queries, fence: Fence, call: MeteredCall): Promise<Usage> => {
  await tx.rows({ name: 'lock-task', text: LOCK, values: fenceValues(fence) });
  const [usage] = await tx.rows<Usage>({
    name: 'record-call',
    text: TEXT,
    values: [
      ...fenceValues(fence),
      cleanText(call.callId),
      cleanText(call.model),
      call.inputTokens,
      call.cachedTokens,
      call.outputTokens,
      call.costUsd,
      Math.round(call.ms),
      call.status,
    ],
  });
  if (usage === undefined) throw leaseLost(fence);
  return usage;
};
