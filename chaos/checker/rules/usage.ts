import type { Evidence, ModelCallEvidence, UsageEvidence, Violation } from '../evidence.ts';
import { byTask } from '../rows.ts';

const RULE = 'usage';

/** The database sums decimals exactly, this sums floating point numbers. */
const COST_SLACK_USD = 1e-6;

const sumOf = (calls: readonly ModelCallEvidence[]): UsageEvidence => {
  const total = (field: 'inputTokens' | 'cachedTokens' | 'outputTokens'): number =>
    calls.reduce((sum, call) => sum + call[field], 0);
  const costs = calls.map(({ costUsd }) => costUsd);
  return {
    modelCalls: calls.length,
    inputTokens: total('inputTokens'),
    cachedTokens: total('cachedTokens'),
    outputTokens: total('outputTokens'),
    // One call without a price makes the whole cost unknown.
    costUsd: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  };
};

const isSame = (a: number | null, b: number | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(a - b) < COST_SLACK_USD);

const isSameUsage = (a: UsageEvidence, b: UsageEvidence): boolean =>
  a.modelCalls === b.modelCalls &&
  a.inputTokens === b.inputTokens &&
  a.cachedTokens === b.cachedTokens &&
  a.outputTokens === b.outputTokens &&
  isSame(a.costUsd, b.costUsd);

/** What a task has used is the sum of its model calls, each of them counted once. */
export const usageRule = ({ database }: Evidence): Violation[] => {
  const calls = byTask(database.modelCalls);
  return database.tasks.flatMap(({ id, usage }) => {
    const own = calls.of(id);
    const problems: string[] = [];
    const sum = sumOf(own);
    if (!isSameUsage(usage, sum))
      problems.push(`says it used ${JSON.stringify(usage)}; its calls say ${JSON.stringify(sum)}`);
    for (const [callId, same] of Map.groupBy(own, (call) => call.callId))
      if (same.length > 1) problems.push(`the call ${callId} was counted ${String(same.length)} times`);
    return problems.map((message) => ({ rule: RULE, taskId: id, message }));
  });
};
