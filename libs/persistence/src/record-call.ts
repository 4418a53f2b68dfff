import type { Usage } from '@drydock/domain';
import type { Fence, MeteredCall } from '@drydock/engine';
import type { Queries } from './database.ts';
import { FENCE_GUARD, fenceValues, leaseLost } from './fence-guard.ts';
import { cleanText } from './jsonb.ts';
import { USAGE_COLUMNS } from './task-row.ts';

// NULL + x is NULL: one call without a price makes the task's cost unknown for good.
const TEXT = `
WITH summed AS (
  UPDATE "Task" t SET "modelCalls" = t."modelCalls" + 1, "inputTokens" = t."inputTokens" + $6::bigint,
    "cachedTokens" = t."cachedTokens" + $7::bigint, "outputTokens" = t."outputTokens" + $8::bigint,
    "costUsd" = t."costUsd" + $9::numeric
  FROM "Attempt" a WHERE ${FENCE_GUARD}
  RETURNING t."teamId", ${USAGE_COLUMNS}
), kept AS (
  INSERT INTO "ModelCall" ("taskId", "attempt", "teamId", "callId", "model", "inputTokens", "cachedTokens",
    "outputTokens", "costUsd", "ms", "status")
  SELECT $1, $2, "teamId", $4, $5, $6::bigint, $7::bigint, $8::bigint, $9::numeric, $10::int, $11::int FROM summed
)
SELECT "modelCalls", "inputTokens", "cachedTokens", "outputTokens", "costUsd", "agentSeconds" FROM summed`;

/** Adds the call's row and the task's sums. @throws AppError `lease_lost`. */
export const recordCall = async (queries: Queries, fence: Fence, call: MeteredCall): Promise<Usage> => {
  const [usage] = await queries.rows<Usage>({
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
