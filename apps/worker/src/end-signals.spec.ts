import { describe, expect, it } from '@jest/globals';
import { EndSignals } from './end-signals.ts';

/** What a row of signals leads to; each is a name and when it comes, in seconds. */
const stepsAfter = (...signals: [string, number][]): string[] => {
  const steps: string[] = [];
  let now = 0;
  const ends = new EndSignals(
    {
      drain: () => void steps.push('drain'),
      hurry: () => void steps.push('hurry'),
      quit: () => void steps.push('quit'),
    },
    () => now,
  );
  for (const [signal, seconds] of signals) {
    now = seconds * 1000;
    ends.take(signal);
  }
  return steps;
};

describe('EndSignals', () => {
  it('drains at the first, hurries at the second and quits at the third', () => {
    expect(stepsAfter(['SIGTERM', 0], ['SIGTERM', 0.1], ['SIGTERM', 0.2])).toEqual([
      'drain',
      'hurry',
      'quit',
    ]);
  });

  it('takes a SIGINT within a second of another for the same keypress', () => {
    expect(stepsAfter(['SIGINT', 0], ['SIGINT', 0.2], ['SIGINT', 5], ['SIGINT', 5.4])).toEqual([
      'drain',
      'hurry',
    ]);
  });

  it('does not take a SIGINT for the SIGTERM before it', () => {
    expect(stepsAfter(['SIGTERM', 0], ['SIGINT', 0.2])).toEqual(['drain', 'hurry']);
  });
});
