import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check, RULES } from './check.ts';
import { SPOILED } from './testing/spoiled.ts';
import { buildEvidence } from './testing/build-evidence.ts';
import { anyPlans, ONE_OF_EACH } from './testing/task-plans.ts';

const rulesOf = (violations: readonly { rule: string }[]): string[] =>
  [...new Set(violations.map(({ rule }) => rule))].sort();

describe('the checker', () => {
  it('has nothing against a run with one task of each course', () => {
    expect(check(buildEvidence(ONE_OF_EACH))).toEqual([]);
  });

  it('has nothing against any run in which every promise held', () => {
    fc.assert(
      fc.property(anyPlans, (plans) => {
        expect(check(buildEvidence(plans))).toEqual([]);
      }),
    );
  });

  it.each(SPOILED)('finds that $name', ({ spoil, rules }) => {
    const evidence = buildEvidence(ONE_OF_EACH);
    spoil(evidence);
    expect(rulesOf(check(evidence))).toEqual([...rules].sort());
  });

  it('finds whatever is spoiled in any run', () => {
    fc.assert(
      fc.property(anyPlans, fc.constantFrom(...SPOILED), (plans, { spoil, rules }) => {
        const evidence = buildEvidence([...ONE_OF_EACH, ...plans]);
        spoil(evidence);
        expect(rulesOf(check(evidence))).toEqual(expect.arrayContaining([...rules]));
      }),
    );
  });

  it('has a spoiled run for every rule', () => {
    const proven = SPOILED.filter(({ rules }) => rules.length === 1).flatMap(({ rules }) => rules);
    expect(new Set(proven).size).toBe(RULES.length);
  });
});
