import { describe, expect, it } from '@jest/globals';
import { endSignals } from './end-signals.ts';

/** What signals at these times (ms) bring about. */
const told = (...signals: [number, string][]): string[] => {
  const seen: string[] = [];
  let now = 0;
  const listener = endSignals(
    {
      onFirst: (signal) => seen.push(`first ${signal}`),
      onSecond: (signal) => seen.push(`second ${signal}`),
    },
    () => now,
  );
  for (const [at, signal] of signals) {
    now = at;
    listener(signal);
  }
  return seen;
};

describe('endSignals', () => {
  it('takes two SIGINT within a second for one Ctrl-C', () => {
    expect(told([0, 'SIGINT'], [900, 'SIGINT'])).toEqual(['first SIGINT']);
    expect(told([0, 'SIGINT'], [1_100, 'SIGINT'])).toEqual(['first SIGINT', 'second SIGINT']);
  });

  it('hurries at a second SIGTERM, whenever it comes', () => {
    expect(told([0, 'SIGTERM'], [1, 'SIGTERM'])).toEqual(['first SIGTERM', 'second SIGTERM']);
    expect(told([0, 'SIGINT'], [1, 'SIGTERM'])).toEqual(['first SIGINT', 'second SIGTERM']);
  });
});
