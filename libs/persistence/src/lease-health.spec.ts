import { describe, expect, it } from '@jest/globals';
import { LeaseHealth } from './lease-health.ts';

const LEASE_MS = 10_000;

/** Plays answers (`+`) and failures (`-`) at the given seconds. */
const after = (...steps: readonly (readonly [second: number, result: '+' | '-'])[]): boolean => {
  let nowMs = 0;
  const health = new LeaseHealth(LEASE_MS, () => nowMs);
  for (const [second, result] of steps) {
    nowMs = second * 1_000;
    if (result === '+') health.answered();
    else health.failed();
  }
  return health.isTrusted();
};
const everySecond = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, '+'] as const);

describe('LeaseHealth', () => {
  it('trusts nothing before one full lease of answers', () => {
    expect(after()).toBe(false);
    expect(after(...everySecond(0, 9))).toBe(false);
    expect(after(...everySecond(0, 10))).toBe(true);
  });

  it('starts anew after a failure', () => {
    expect(after(...everySecond(0, 20), [21, '-'])).toBe(false);
    expect(after(...everySecond(0, 20), [21, '-'], ...everySecond(22, 31))).toBe(false);
    expect(after(...everySecond(0, 20), [21, '-'], ...everySecond(22, 32))).toBe(true);
  });

  it('takes a gap longer than a lease for an outage: the process may have slept', () => {
    expect(after(...everySecond(0, 20), [31, '+'])).toBe(false);
    expect(after(...everySecond(0, 20), [30, '+'])).toBe(true);
  });
});
