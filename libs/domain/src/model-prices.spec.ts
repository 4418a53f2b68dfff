import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUILT_IN_PRICES } from './model-prices-table.ts';
import { callCostUsd, mergePrices, priceOf, type ModelPrice } from './model-prices.ts';

const aPrice = (over: Partial<ModelPrice>): ModelPrice => ({
  model: 'm',
  inputUsd: 1,
  cachedUsd: 0.1,
  outputUsd: 4,
  asOf: '2026-01-01',
  source: 'https://example.com',
  ...over,
});
const usage = (inputTokens: number, cachedTokens: number, outputTokens: number) => ({
  inputTokens,
  cachedTokens,
  outputTokens,
});

describe('callCostUsd', () => {
  it('adds fresh input, cached input and output at their own prices', () => {
    expect(callCostUsd([aPrice({})], 'm', usage(1_000_000, 400_000, 500_000))).toBe(0.6 + 0.04 + 2);
  });

  it.each([
    ['one token of a cheap model', 0.05, usage(1, 0, 0), 0.000001],
    ['a whole micro-dollar stays whole', 1, usage(3, 0, 0), 0.000003],
    ['noise of 3 x 1.1 adds no micro-dollar', 1.1, usage(30, 0, 0), 0.000033],
    ['nothing used', 1, usage(0, 0, 0), 0],
  ])('rounds up to 1e-6: %s', (_name, inputUsd, used, cost) => {
    expect(callCostUsd([aPrice({ inputUsd })], 'm', used)).toBe(cost);
  });

  it('is null for an unknown model, not free', () => {
    expect(callCostUsd([aPrice({})], 'other', usage(1, 0, 1))).toBeNull();
  });

  it('is never negative, whatever a provider claims to have cached', () => {
    const tokens = fc.nat({ max: 10_000_000 });
    fc.assert(
      fc.property(tokens, tokens, tokens, (input, cached, output) => {
        const cost = callCostUsd([aPrice({})], 'm', usage(input, cached, output));
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(cost).toBeGreaterThanOrEqual((output * 4) / 1e6 - 1e-9);
      }),
    );
  });
});

describe('priceOf', () => {
  it('lets an override win over the built-in table', () => {
    const merged = mergePrices([aPrice({ model: 'gpt-5*', inputUsd: 9 })], BUILT_IN_PRICES);
    expect(priceOf(merged, 'gpt-5-mini')?.inputUsd).toBe(9);
    expect(priceOf(merged, 'gpt-4.1')?.inputUsd).toBe(2);
  });

  it.each([
    ['gpt-5-2025-08-07', 1.25],
    ['gpt-5-mini-2025-08-07', 0.25],
    ['claude-haiku-4-5-20251001', 1],
    ['scripted', 1],
  ])('knows %s', (model, inputUsd) => {
    expect(priceOf(BUILT_IN_PRICES, model)?.inputUsd).toBe(inputUsd);
  });

  it.each(['gpt-5.9', 'gpt-5-pro', 'claude-opus-9', 'llama-4', ''])(
    'does not guess a price for %s',
    (model) => {
      expect(priceOf(BUILT_IN_PRICES, model)).toBeNull();
    },
  );

  it('dates every price and says where it is from', () => {
    for (const price of BUILT_IN_PRICES) {
      expect(price.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(price.source).not.toBe('');
    }
  });
});
