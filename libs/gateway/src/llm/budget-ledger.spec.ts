import { describe, expect, it } from '@jest/globals';
import { AppError, NO_USAGE, type Budget } from '@drydock/domain';
import fc from 'fast-check';
import { BudgetLedger, estimateTokens, type CallAsk, type HeldCall } from './budget-ledger.ts';
import { costOf } from './call-ending.ts';

const PRICES = [{ model: 'm', inputUsd: 1, cachedUsd: 0.1, outputUsd: 4, asOf: '2026-01-01', source: '-' }];
const budget = (over: Partial<Budget>): Budget => ({
  maxSteps: 100,
  maxTokens: 100_000,
  maxCostUsd: null,
  ...over,
});
const ask = (over: Partial<CallAsk> = {}): CallAsk => ({
  inputTokens: 1000,
  outputTokens: 500,
  choices: 1,
  costUsd: costOf(PRICES, 'm'),
  ...over,
});
const held = (got: HeldCall | AppError): HeldCall => {
  if (got instanceof AppError) throw got;
  return got;
};

describe('BudgetLedger', () => {
  it('never spends or holds more than the budget, however calls overlap', () => {
    const call = fc.record({
      inputTokens: fc.integer({ min: 1, max: 20_000 }),
      outputTokens: fc.option(fc.integer({ min: 1, max: 20_000 })),
      choices: fc.integer({ min: 1, max: 3 }),
      /** Part of the worst case that the call really uses, and when it ends. */
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      endsAfter: fc.nat({ max: 5 }),
    });
    const limits = fc.record({
      maxSteps: fc.integer({ min: 1, max: 10 }),
      maxTokens: fc.integer({ min: 1, max: 200_000 }),
      maxCostUsd: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true })),
    });
    fc.assert(
      fc.property(limits, fc.array(call, { maxLength: 30 }), (limit, calls) => {
        const ledger = new BudgetLedger(limit, NO_USAGE);
        const open: { left: number; end: () => void }[] = [];
        for (const { share, endsAfter, ...wanted } of calls) {
          const got = ledger.reserve(ask(wanted));
          if (!(got instanceof AppError)) {
            const used = (tokens: number): number => Math.floor(tokens * share);
            const usage = {
              inputTokens: used(got.inputTokens),
              cachedTokens: 0,
              outputTokens: used(got.outputTokens),
            };
            open.push({ left: endsAfter, end: () => got.settle(usage) });
          }
          for (const one of open) if (one.left-- === 0) one.end();
          const { spent, reserved } = ledger;
          expect(spent.modelCalls + reserved.calls).toBeLessThanOrEqual(limit.maxSteps);
          expect(spent.inputTokens + spent.outputTokens + reserved.tokens).toBeLessThanOrEqual(
            limit.maxTokens,
          );
          if (limit.maxCostUsd !== null)
            expect((spent.costUsd ?? 0) + (reserved.costUsd ?? 0)).toBeLessThanOrEqual(
              limit.maxCostUsd + 1e-12,
            );
        }
      }),
    );
  });

  it('lets exactly as many of five parallel calls out as the steps allow', () => {
    const ledger = new BudgetLedger(budget({ maxSteps: 3 }), NO_USAGE);
    const got = Array.from({ length: 5 }, () => ledger.reserve(ask()));
    expect(got.filter((one) => one instanceof AppError)).toHaveLength(2);
    expect(got[4]).toMatchObject({ code: 'step_limit_reached' });
  });

  it('counts what earlier attempts spent', () => {
    const ledger = new BudgetLedger(budget({}), { ...NO_USAGE, inputTokens: 99_000 });
    expect(ledger.reserve(ask())).toMatchObject({ code: 'token_limit_reached' });
  });

  it('frees what a call did not use, once', () => {
    const ledger = new BudgetLedger(budget({ maxTokens: 1600 }), NO_USAGE);
    const first = held(ledger.reserve(ask()));
    expect(ledger.reserve(ask())).toBeInstanceOf(AppError);
    for (let i = 0; i < 2; i++) first.settle({ inputTokens: 50, cachedTokens: 0, outputTokens: 50 });
    expect(ledger.spent).toMatchObject({ modelCalls: 1, inputTokens: 50, outputTokens: 50 });
    held(ledger.reserve(ask()));
  });

  it('caps a call without a bound at what the tokens leave, and leaves it alone when there is enough', () => {
    expect(
      held(new BudgetLedger(budget({ maxTokens: 3000 }), NO_USAGE).reserve(ask({ outputTokens: null }))),
    ).toMatchObject({ capPerChoice: 2000, outputTokens: 2000 });
    expect(
      held(new BudgetLedger(budget({}), NO_USAGE).reserve(ask({ outputTokens: null }))).capPerChoice,
    ).toBeNull();
  });

  it('caps a call without a bound at what the money leaves', () => {
    const ledger = new BudgetLedger(budget({ maxCostUsd: 0.009 }), NO_USAGE);
    // 0.009 - 0.001 for the input leaves 0.008: 2000 tokens of output at 4 USD per million, less a micro-dollar
    expect(held(ledger.reserve(ask({ outputTokens: null }))).capPerChoice).toBe(1999);
  });

  it('refuses rather than cuts an answer to nothing', () => {
    const ledger = new BudgetLedger(budget({ maxTokens: 1100 }), NO_USAGE);
    expect(ledger.reserve(ask({ outputTokens: null }))).toMatchObject({ code: 'token_limit_reached' });
  });

  it('refuses an unknown price only under a cost limit', () => {
    const unknown = ask({ costUsd: costOf(PRICES, 'other') });
    expect(new BudgetLedger(budget({ maxCostUsd: 1 }), NO_USAGE).reserve(unknown)).toMatchObject({
      code: 'model_price_unknown',
      outcome: 'budget_exceeded',
    });
    held(new BudgetLedger(budget({}), NO_USAGE).reserve(unknown));
  });

  it('estimates input tokens upwards', () => {
    expect([0, 1, 3, 4].map(estimateTokens)).toEqual([0, 1, 1, 2]);
  });
});
