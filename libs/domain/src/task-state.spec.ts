import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFailedOutcome, OUTCOMES, statusOf } from './outcome.ts';
import { canBecome, isFinal, NEXT, sourcesOf, STATUSES } from './task-state.ts';

const status = fc.constantFrom(...STATUSES);

describe('transitions', () => {
  it('are these', () => {
    expect(NEXT).toEqual({
      queued: ['running', 'cancelled'],
      running: ['succeeded', 'failed', 'cancelled', 'queued'],
      waiting_for_input: [],
      succeeded: [],
      failed: [],
      cancelled: [],
    });
    expect(STATUSES.filter(isFinal)).toEqual(['succeeded', 'failed', 'cancelled']);
  });

  it('give the guards of the updates', () => {
    expect(sourcesOf('running')).toEqual(['queued']);
    expect(sourcesOf('queued')).toEqual(['running']);
    expect(sourcesOf('cancelled')).toEqual(['queued', 'running']);
    expect(sourcesOf('succeeded')).toEqual(['running']);
    expect(sourcesOf('waiting_for_input')).toEqual([]);
  });

  it('agree in both directions, never stay in place, and never leave a final status', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        expect(sourcesOf(to).includes(from)).toBe(canBecome(from, to));
        if (from === to || isFinal(from)) expect(canBecome(from, to)).toBe(false);
      }),
    );
  });

  it('reach a final status from every live one, and nothing ends without having been queued', () => {
    const reach = (from: (typeof STATUSES)[number], seen = new Set([from])): Set<string> => {
      for (const next of NEXT[from]) if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    for (const final of STATUSES.filter(isFinal)) expect([...reach('queued')]).toContain(final);
    expect([...reach('running')]).toContain('queued');
    expect([...reach('queued')]).not.toContain('waiting_for_input');
  });

  it('give every outcome one final status', () => {
    for (const outcome of OUTCOMES) {
      expect(isFinal(statusOf(outcome))).toBe(true);
      expect(statusOf(outcome) === 'failed').toBe(isFailedOutcome(outcome));
    }
    expect(OUTCOMES.filter((outcome) => statusOf(outcome) === 'succeeded')).toEqual([
      'changed',
      'no_changes',
    ]);
    expect(isFailedOutcome('lost')).toBe(false);
  });
});
