import { AppError } from './errors.ts';
import type { Limits } from './limits.ts';

/** What a task has used over all its attempts. `costUsd` null: at least one call had no known price. */
export interface Usage {
  readonly modelCalls: number;
  readonly inputTokens: number;
  /** A part of `inputTokens`. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly agentSeconds: number;
}

/** Usage of a task that has made no call. */
export const NO_USAGE: Usage = {
  modelCalls: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  agentSeconds: 0,
};

/** Sum of two usages; a cost that is unknown in one of them is unknown in the sum. */
export const addUsage = (a: Usage, b: Partial<Usage>): Usage => ({
  modelCalls: a.modelCalls + (b.modelCalls ?? 0),
  inputTokens: a.inputTokens + (b.inputTokens ?? 0),
  cachedTokens: a.cachedTokens + (b.cachedTokens ?? 0),
  outputTokens: a.outputTokens + (b.outputTokens ?? 0),
  costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + (b.costUsd ?? 0),
  agentSeconds: a.agentSeconds + (b.agentSeconds ?? 0),
});

export type Budget = Pick<Limits, 'maxSteps' | 'maxTokens' | 'maxCostUsd'>;
/** Tokens, US dollars and calls that a call may at worst use, or that calls under way have reserved. */
export interface Reservation {
  readonly calls: number;
  readonly tokens: number;
  /** null: the price is unknown. */
  readonly costUsd: number | null;
}

/**
 * Whether one more call fits: spent + reserved + this call's worst case must stay within every limit.
 * @returns the refusal, or null when the call may go out.
 */
export const refuseCall = (
  budget: Budget,
  { spent, reserved }: { readonly spent: Usage; readonly reserved: Reservation },
  call: Reservation,
): AppError | null => {
  if (spent.modelCalls + reserved.calls + call.calls > budget.maxSteps)
    return new AppError(
      'step_limit_reached',
      `The task may make ${String(budget.maxSteps)} model calls (limits.maxSteps).`,
    );
  const tokens = spent.inputTokens + spent.outputTokens + reserved.tokens + call.tokens;
  if (tokens > budget.maxTokens)
    return new AppError(
      'token_limit_reached',
      `The call could pass ${String(budget.maxTokens)} tokens (limits.maxTokens).`,
    );
  if (budget.maxCostUsd === null) return null;
  if (spent.costUsd === null || reserved.costUsd === null || call.costUsd === null)
    return new AppError(
      'model_price_unknown',
      'limits.maxCostUsd is set, and the price of this model is unknown.',
    );
  if (spent.costUsd + reserved.costUsd + call.costUsd > budget.maxCostUsd)
    return new AppError(
      'cost_limit_reached',
      `The call could pass ${String(budget.maxCostUsd)} USD (limits.maxCostUsd).`,
    );
  return null;
};
