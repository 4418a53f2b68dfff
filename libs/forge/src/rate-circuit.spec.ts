import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { RateCircuit } from './rate-circuit.ts';

const HOUR_MS = 3_600_000;

const limited = (retryAfterSeconds: number): AppError =>
  new AppError('forge_rate_limited', 'Too many requests.', { retryAfterSeconds });

const waitOf = (circuit: RateCircuit, name: string): number | null => {
  try {
    circuit.check(name);
    return 0;
  } catch (error) {
    return error instanceof AppError ? error.retryAfterSeconds : null;
  }
};

let circuit: RateCircuit;

beforeEach(() => {
  jest.useFakeTimers();
  circuit = new RateCircuit();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the pause that GitHub asks for', () => {
  it('holds up one name until it is over, and no other', () => {
    circuit.note('acme', limited(5));
    expect([waitOf(circuit, 'acme'), waitOf(circuit, 'other')]).toEqual([5, 0]);
    jest.advanceTimersByTime(5_000);
    expect(waitOf(circuit, 'acme')).toBe(0);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'is as long as asked although the clock was %i ms off when it was',
    (shiftMs) => {
      const right = Date.now();
      jest.setSystemTime(right + shiftMs);
      circuit.note('acme', limited(5));
      jest.setSystemTime(right);
      expect(waitOf(circuit, 'acme')).toBe(5);
      jest.advanceTimersByTime(5_000);
      expect(waitOf(circuit, 'acme')).toBe(0);
    },
  );

  it('is not shortened by a shorter one', () => {
    circuit.note('acme', limited(60));
    circuit.note('acme', limited(5));
    expect(waitOf(circuit, 'acme')).toBe(60);
  });
});
