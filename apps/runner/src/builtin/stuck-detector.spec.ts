import { describe, expect, it } from '@jest/globals';
import { StuckDetector } from './stuck-detector.ts';

const verdicts = (steps: readonly (readonly [string, string])[]): string[] => {
  const detector = new StuckDetector();
  return steps.map(([action, result]) => detector.observe(action, result));
};
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

describe('the stuck detector', () => {
  it('nudges at the fourth repetition and ends at the next circle', () => {
    const seen = verdicts(times(8, () => ['a', 'r'] as const));
    expect(seen).toEqual(['fine', 'fine', 'fine', 'nudge', 'fine', 'fine', 'fine', 'stuck']);
  });

  it('sees two actions in turn', () => {
    expect(verdicts(times(6, (i) => [i % 2 === 0 ? 'a' : 'b', 'r'] as const)).at(-1)).toBe('nudge');
  });

  it('looks through times and addresses', () => {
    expect(
      verdicts(
        times(
          4,
          (i) => ['test', `failed in 0.${String(i)}1 s at 12:00:0${String(i)} 0x${String(i)}`] as const,
        ),
      ).at(-1),
    ).toBe('nudge');
  });

  it.each([
    ['the same action with other results', times(12, (i) => ['poll', `line ${String(i)}`] as const)],
    ['other actions with one result', times(12, (i) => [`edit ${String(i)}`, 'ok'] as const)],
    ['three in turn', times(12, (i) => [`a${String(i % 3)}`, 'r'] as const)],
  ])('lets pass: %s', (_name, steps) => {
    expect(new Set(verdicts(steps))).toEqual(new Set(['fine']));
  });
});
