import { randomUUID } from 'node:crypto';
import { AppError, callCostUsd, type ModelPrices } from '@drydock/domain';
import type { MeteredCall } from '@drydock/engine';
import { estimateTokens, type HeldCall } from './budget-ledger.ts';
import type { LlmEndpoint } from './endpoint-state.ts';
import type { CallShape, TokenUsage } from './route.ts';

/** How a call ended, as far as metering and the journal care. */
export interface CallEnding {
  /** Status of the provider, or our stand-in for it. */
  readonly status: number;
  /** As the provider reported it; null: it did not. */
  readonly usage: TokenUsage | null;
  /** What is charged without a report: nothing was done, what came through, or the worst case. */
  readonly otherwise: 'nothing' | 'received' | 'worst';
  readonly receivedBytes: number;
  readonly response: unknown;
  /** Redacted reason; null: the call was answered. */
  readonly error: string | null;
}

/** The call as it went out. */
export interface SentCall {
  readonly callId: string;
  readonly shape: CallShape;
  readonly held: HeldCall;
  /** JSON, as it was sent. */
  readonly body: string;
  readonly route: string;
  readonly startedMs: number;
}

export const newCallId = (): string => `call_${randomUUID().replaceAll('-', '')}`;

const NOTHING: TokenUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

/** Tokens that a call is charged. Usage is never lost: without a report it is estimated, at worst by what was held. */
export const chargeOf = (
  ending: CallEnding,
  held: Pick<HeldCall, 'inputTokens' | 'outputTokens'>,
): TokenUsage => {
  if (ending.usage !== null) return ending.usage;
  if (ending.otherwise === 'nothing') return NOTHING;
  const received = estimateTokens(ending.receivedBytes);
  return {
    inputTokens: held.inputTokens,
    cachedTokens: 0,
    outputTokens: ending.otherwise === 'worst' ? held.outputTokens : Math.min(received, held.outputTokens),
  };
};

/** Null: the price is unknown. Nothing used costs nothing, whatever the price. */
export const costOf =
  (prices: ModelPrices, model: string) =>
  (used: TokenUsage): number | null =>
    used.inputTokens + used.outputTokens === 0 ? 0 : callCostUsd(prices, model, used);

const meter = (endpoint: LlmEndpoint, call: SentCall, ending: CallEnding): MeteredCall => {
  const used = chargeOf(ending, call.held);
  return {
    callId: call.callId,
    model: call.shape.model,
    ...used,
    costUsd: costOf(endpoint.prices, call.shape.model)(used),
    ms: Math.round(performance.now() - call.startedMs),
    status: ending.status,
  };
};

/**
 * Settles, journals and reports one call; the client's last byte waits for it.
 * @returns whether the call is on record. When it is not, its reply must not look complete.
 */
export const recordCall = async (
  endpoint: LlmEndpoint,
  call: SentCall,
  ending: CallEnding,
): Promise<boolean> => {
  const metered = meter(endpoint, call, ending);
  call.held.settle(metered);
  if (ending.error === null) {
    endpoint.seen.answered += 1;
    endpoint.seen.failure = null;
  } else if (ending.status !== 499) endpoint.seen.failure = new AppError('model_failed', ending.error);
  const fields = {
    taskId: endpoint.spec.key.taskId,
    attempt: endpoint.spec.key.attempt,
    callId: call.callId,
  };
  const { attempt } = endpoint.spec.key;
  const head = {
    at: new Date().toISOString(),
    attempt,
    phase: endpoint.spec.phase,
    route: call.route,
    ...metered,
    counted: ending.usage !== null ? 'reported' : ending.otherwise === 'nothing' ? 'none' : 'estimated',
    error: ending.error,
  };
  const journalled = endpoint.journal
    .append({ head, requestJson: call.body, responseJson: JSON.stringify(ending.response ?? null) })
    .catch((error: unknown) => {
      endpoint.log.error({ ...fields, error: String(error) }, 'a model call could not be journalled');
    });
  const reported = endpoint.policy.onCall(metered).then(
    () => true,
    (error: unknown) => {
      endpoint.log.error({ ...fields, error: String(error) }, 'a model call could not be recorded');
      return false;
    },
  );
  const [onRecord] = await Promise.all([reported, journalled]);
  return onRecord;
};
