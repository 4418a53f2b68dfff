import {
  addUsage,
  type AppError,
  refuseCall,
  type Budget,
  type Reservation,
  type Usage,
} from '@drydock/domain';
import type { TokenUsage } from './route.ts';

/** Output that a call without a bound of its own is held to cost, per choice. */
const DEFAULT_OUTPUT_TOKENS = 32_000;
/** Below this an answer is not worth its input: the call is refused instead of being cut short. */
const LEAST_OUTPUT_TOKENS = 256;
/** Bytes of a request body per input token, at worst. English prose and code have about 4, base64 and CJK about 3. */
const BYTES_PER_TOKEN = 3;

/**
 * Upper estimate of the input tokens of a request. Not a proof: text made for it can need a token per byte. Then the
 * provider's count, which is what gets charged, passes the budget by this one call, and the next call is refused.
 */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

export interface CallAsk {
  readonly inputTokens: number;
  /** The client's own bound over all choices; null: none. */
  readonly outputTokens: number | null;
  readonly choices: number;
  /** US dollars; null when the price is unknown. */
  readonly costUsd: (usage: TokenUsage) => number | null;
}

/** A call that may go out, with the budget that it holds until it is settled. */
export interface HeldCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** To be sent along when the client set no bound and the budget leaves less than the usual output. */
  readonly capPerChoice: number | null;
  /** Swaps the hold for what was used; the first call counts. */
  settle(used: TokenUsage): void;
}

/** Spent and held budget of one endpoint. No awaits inside: parallel calls cannot pass each other. */
export class BudgetLedger {
  readonly #budget: Budget;
  readonly #held = new Set<Reservation>();
  #spent: Usage;

  constructor(budget: Budget, spent: Usage) {
    this.#budget = budget;
    this.#spent = spent;
  }

  get spent(): Usage {
    return this.#spent;
  }

  /** Summed afresh each time: adding and subtracting dollars would drift. */
  get reserved(): Reservation {
    let total: Reservation = { calls: 0, tokens: 0, costUsd: 0 };
    for (const { calls, tokens, costUsd } of this.#held)
      total = {
        calls: total.calls + calls,
        tokens: total.tokens + tokens,
        costUsd: total.costUsd === null || costUsd === null ? null : total.costUsd + costUsd,
      };
    return total;
  }

  reserve(ask: CallAsk): HeldCall | AppError {
    const usual = DEFAULT_OUTPUT_TOKENS * ask.choices;
    const room = Math.floor(this.#outputRoom(ask) / ask.choices) * ask.choices;
    const outputTokens =
      ask.outputTokens ?? Math.max(LEAST_OUTPUT_TOKENS * ask.choices, Math.min(usual, room));
    const worst = { inputTokens: ask.inputTokens, cachedTokens: 0, outputTokens };
    const hold = { calls: 1, tokens: ask.inputTokens + outputTokens, costUsd: ask.costUsd(worst) };
    const refusal = refuseCall(this.#budget, { spent: this.#spent, reserved: this.reserved }, hold);
    if (refusal !== null) return refusal;
    this.#held.add(hold);
    const capped = ask.outputTokens === null && outputTokens < usual;
    return {
      inputTokens: ask.inputTokens,
      outputTokens,
      capPerChoice: capped ? outputTokens / ask.choices : null,
      settle: (used) => {
        if (!this.#held.delete(hold)) return;
        this.#spent = addUsage(this.#spent, { modelCalls: 1, ...used, costUsd: ask.costUsd(used) });
      },
    };
  }

  /** Output tokens that the budget leaves after the input of this call. */
  #outputRoom({ inputTokens, costUsd }: CallAsk): number {
    const { maxTokens, maxCostUsd } = this.#budget;
    const reserved = this.reserved;
    const used = this.#spent.inputTokens + this.#spent.outputTokens + reserved.tokens + inputTokens;
    const input = costUsd({ inputTokens, cachedTokens: 0, outputTokens: 0 });
    const perMillion = costUsd({ inputTokens: 0, cachedTokens: 0, outputTokens: 1_000_000 });
    const spentUsd = this.#spent.costUsd;
    const unpriced = input === null || perMillion === null || spentUsd === null || reserved.costUsd === null;
    if (maxCostUsd === null || unpriced || perMillion === 0) return maxTokens - used;
    // One micro-dollar is left over for rounding up.
    const dollars = maxCostUsd - spentUsd - reserved.costUsd - input - 1e-6;
    return Math.min(maxTokens - used, Math.floor((dollars / perMillion) * 1_000_000));
  }
}
