import { globMatches } from './glob.ts';
import type { Usage } from './budget.ts';

/** Price of the models that fit `model`, in US dollars per million tokens. */
export interface ModelPrice {
  /** A model name or a glob, such as `gpt-5-20*`. */
  readonly model: string;
  readonly inputUsd: number;
  /** Input that the provider had in its prompt cache. */
  readonly cachedUsd: number;
  readonly outputUsd: number;
  /** `YYYY-MM-DD` when the price was looked up. */
  readonly asOf: string;
  /** Where it was looked up. */
  readonly source: string;
}

/** The first entry that fits decides, so overrides go in front. */
export type ModelPrices = readonly ModelPrice[];

/** The first list wins where both know a model. */
export const mergePrices = (overrides: ModelPrices, base: ModelPrices): ModelPrices => [
  ...overrides,
  ...base,
];

/** Null: the price is unknown, which is never the same as free. */
export const priceOf = (prices: ModelPrices, model: string): ModelPrice | null =>
  prices.find((price) => globMatches(price.model, model)) ?? null;

/** Float noise of a product of two decimals; far below the micro-dollar that costs are rounded up to. */
const NOISE = 1e-6;

/**
 * Price of one call.
 * @param usage - Tokens as the provider counted them; `cachedTokens` is a part of `inputTokens`.
 * @returns US dollars rounded up to 1e-6, never negative; null when no entry fits the model.
 */
export const callCostUsd = (
  prices: ModelPrices,
  model: string,
  usage: Pick<Usage, 'inputTokens' | 'cachedTokens' | 'outputTokens'>,
): number | null => {
  const price = priceOf(prices, model);
  if (price === null) return null;
  const cached = Math.min(usage.cachedTokens, usage.inputTokens);
  // Dollars per million tokens times tokens are micro-dollars.
  const microUsd =
    (usage.inputTokens - cached) * price.inputUsd +
    cached * price.cachedUsd +
    usage.outputTokens * price.outputUsd;
  return Math.max(0, Math.ceil(microUsd - NOISE)) / 1e6;
};
