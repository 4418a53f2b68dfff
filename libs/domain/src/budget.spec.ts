import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addUsage, NO_USAGE, refuseCall, type Budget, type Reservation, type Usage } from './budget.ts';

const budget: Budget = { maxSteps: 10, maxTokens: 1_000, maxCostUsd: 2 };
const none: Reservation = { calls: 0, tokens: 0, costUsd: 0 };
const call: Reservation = { calls: 1, tokens: 100, costUsd: 0.5 };
const nothingYet = { spent: NO_USAGE, reserved: none };
const spent = (some: Partial<Usage>): Usage => ({ ...NO_USAGE, ...some });

describe('refuseCall', () => {
  it.each<[string, Budget, Usage, Reservation, string | undefined]>([
    ['all of it fits', budget, NO_USAGE, none, undefined],
    ['the last step', budget, spent({ modelCalls: 9 }), none, undefined],
    ['one step too many', budget, spent({ modelCalls: 10 }), none, 'step_limit_reached'],
    [
      'a step that is reserved',
      budget,
      spent({ modelCalls: 9 }),
      { ...none, calls: 1 },
      'step_limit_reached',
    ],
    ['the last token', budget, spent({ inputTokens: 500, outputTokens: 400 }), none, undefined],
    [
      'one token too many',
      budget,
      spent({ inputTokens: 501, outputTokens: 400 }),
      none,
      'token_limit_reached',
    ],
    ['cached tokens count once', budget, spent({ inputTokens: 900, cachedTokens: 900 }), none, undefined],
    [
      'a token that is reserved',
      budget,
      spent({ inputTokens: 800 }),
      { ...none, tokens: 101 },
      'token_limit_reached',
    ],
    ['the last cent', budget, spent({ costUsd: 1.5 }), none, undefined],
    ['one cent too many', budget, spent({ costUsd: 1.51 }), none, 'cost_limit_reached'],
    ['a reserved cost', budget, spent({ costUsd: 1 }), { ...none, costUsd: 0.51 }, 'cost_limit_reached'],
    ['an unknown cost so far', budget, spent({ costUsd: null }), none, 'model_price_unknown'],
    [
      'an unknown cost, unlimited',
      { ...budget, maxCostUsd: null },
      spent({ costUsd: null }),
      none,
      undefined,
    ],
  ])('%s', (_name, limits, used, reserved, code) => {
    expect(refuseCall(limits, { spent: used, reserved }, call)?.code).toBe(code);
  });

  it('refuses an unknown price only under a cost limit, as an end of the budget', () => {
    const unknown = { ...call, costUsd: null };
    expect(refuseCall({ ...budget, maxCostUsd: null }, nothingYet, unknown)).toBeNull();
    expect(refuseCall(budget, nothingYet, unknown)?.outcome).toBe('budget_exceeded');
  });

  it('never lets a run of parallel calls pass the budget, however they end', () => {
    const aCall = fc.record({
      worst: fc.integer({ min: 1, max: 400 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      endsAtOnce: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(aCall, { maxLength: 40 }), (calls) => {
        let used = NO_USAGE;
        const open: { worst: Reservation; share: number }[] = [];
        const end = () => {
          const ended = open.shift();
          if (!ended) return;
          const inputTokens = Math.floor(ended.worst.tokens * ended.share);
          used = addUsage(used, {
            modelCalls: 1,
            inputTokens,
            costUsd: (ended.worst.costUsd ?? 0) * ended.share,
          });
        };
        for (const { worst, share, endsAtOnce } of calls) {
          const wanted = { calls: 1, tokens: worst, costUsd: worst / 256 };
          const reserved = open.reduce(
            (sum, { worst: one }) => ({
              calls: sum.calls + one.calls,
              tokens: sum.tokens + one.tokens,
              costUsd: (sum.costUsd ?? 0) + (one.costUsd ?? 0),
            }),
            none,
          );
          if (refuseCall(budget, { spent: used, reserved }, wanted) === null)
            open.push({ worst: wanted, share });
          if (endsAtOnce) end();
        }
        while (open.length > 0) end();
        expect(used.modelCalls).toBeLessThanOrEqual(10);
        expect(used.inputTokens).toBeLessThanOrEqual(1_000);
        expect(used.costUsd).toBeLessThanOrEqual(2 + 1e-9);
      }),
    );
  });
});

describe('addUsage', () => {
  it('keeps an unknown cost unknown', () => {
    expect(addUsage(spent({ costUsd: 1 }), { costUsd: null }).costUsd).toBeNull();
    expect(addUsage(spent({ costUsd: null }), { costUsd: 1 }).costUsd).toBeNull();
    expect(addUsage(spent({ costUsd: 1 }), { modelCalls: 1 })).toMatchObject({ costUsd: 1, modelCalls: 1 });
  });
});
