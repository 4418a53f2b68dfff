import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterAttempt, backoffMs } from './after-attempt.ts';
import { INFRASTRUCTURE_ATTEMPTS } from './limits.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from './outcome.ts';

const outcome = fc.constantFrom(...ATTEMPT_OUTCOMES);
const counts = fc.record({ ours: fc.nat(12), own: fc.nat(12), maxAttempts: fc.integer({ min: 1, max: 10 }) });

describe('afterAttempt', () => {
  it.each<[AttemptOutcome, number, number, number, unknown]>([
    ['lost', 1, 0, 1, { do: 'requeue', delayMs: 0 }],
    ['lost', 2, 0, 1, { do: 'requeue', delayMs: 5_000 }],
    ['lost', 3, 0, 1, { do: 'finish', outcome: 'infrastructure' }],
    ['infrastructure', 1, 5, 5, { do: 'requeue', delayMs: 0 }],
    ['infrastructure', 3, 0, 10, { do: 'finish', outcome: 'infrastructure' }],
    ['handed_back', 99, 99, 1, { do: 'requeue', delayMs: 0 }],
    ['agent_failed', 0, 1, 1, { do: 'finish', outcome: 'agent_failed' }],
    ['agent_failed', 2, 1, 2, { do: 'requeue', delayMs: 0 }],
    ['verification_failed', 0, 2, 3, { do: 'requeue', delayMs: 5_000 }],
    ['timeout', 0, 3, 3, { do: 'finish', outcome: 'timeout' }],
    ['changed', 0, 1, 9, { do: 'finish', outcome: 'changed' }],
    ['no_changes', 0, 1, 9, { do: 'finish', outcome: 'no_changes' }],
    ['cancelled', 1, 1, 9, { do: 'finish', outcome: 'cancelled' }],
    ['budget_exceeded', 0, 1, 9, { do: 'finish', outcome: 'budget_exceeded' }],
    ['checkout_failed', 0, 1, 9, { do: 'finish', outcome: 'checkout_failed' }],
  ])('%s with ours %i, own %i of %i', (ended, ours, own, maxAttempts, expected) => {
    expect(afterAttempt(ended, { ours, own, maxAttempts })).toEqual(expected);
  });

  it('lets neither side use up the tries of the other', () => {
    fc.assert(
      fc.property(outcome, counts, fc.nat(12), (ended, before, other) => {
        const isOurs = ended === 'lost' || ended === 'infrastructure';
        const changed = isOurs
          ? { ...before, own: other, maxAttempts: other + 1 }
          : { ...before, ours: other };
        expect(afterAttempt(ended, changed)).toEqual(afterAttempt(ended, before));
      }),
    );
  });

  it('ends every task after a bounded number of attempts that count', () => {
    const outcomes = fc.array(fc.constantFrom(...ATTEMPT_OUTCOMES.filter((one) => one !== 'handed_back')), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 10 }), (all, maxAttempts) => {
        let [ours, own, attempts] = [0, 0, 0];
        for (const ended of all) {
          if (ended === 'lost' || ended === 'infrastructure') ours++;
          else own++;
          attempts++;
          if (afterAttempt(ended, { ours, own, maxAttempts }).do === 'finish') break;
        }
        expect(attempts).toBeLessThanOrEqual(INFRASTRUCTURE_ATTEMPTS - 1 + maxAttempts);
      }),
    );
  });

  it('never finishes as what is no outcome of a task', () => {
    fc.assert(
      fc.property(outcome, counts, (ended, n) => {
        const next = afterAttempt(ended, n);
        if (next.do === 'finish') expect(['lost', 'handed_back']).not.toContain(next.outcome);
        else expect(next.delayMs).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});

describe('backoffMs', () => {
  it('is none at first, then doubles up to five minutes', () => {
    expect([0, 1, 2, 3, 4, 7, 8, 9, 1_000].map(backoffMs)).toEqual([
      0, 0, 5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });
});
