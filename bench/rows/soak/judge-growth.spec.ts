import { describe, expect, it } from '@jest/globals';
import { judgeGrowth } from './judge-growth.ts';

const samples = (valueAt: (seconds: number) => number): [number, number][] =>
  Array.from({ length: 300 }, (_, i) => [i * 5, valueAt(i * 5)]);
/** Up and down by turns, without a trend. */
const scatter = (seconds: number, size: number): number => ((seconds / 5) % 2 === 0 ? size : -size);

describe('judgeGrowth', () => {
  it('finds a steady leak under the noise of the garbage collector', () => {
    const found = judgeGrowth(samples((at) => 100 + at / 60 + scatter(at, 3)));
    expect(found.isFlat).toBe(false);
    expect(found.perHour).toBeCloseTo(60, 0);
  });

  it('calls noise without a trend flat', () => {
    expect(judgeGrowth(samples((at) => 100 + scatter(at, 20))).isFlat).toBe(true);
  });

  it('calls growth below a twentieth of the mean flat, and more than that not', () => {
    expect(judgeGrowth(samples((at) => 100 + at / 375)).isFlat).toBe(true);
    expect(judgeGrowth(samples((at) => 100 + at / 200)).isFlat).toBe(false);
  });

  it('calls what falls flat', () => {
    expect(judgeGrowth(samples((at) => 100 - at / 20)).isFlat).toBe(true);
  });

  it('finds growth of what was zero at first', () => {
    expect(judgeGrowth(samples((at) => Math.floor(at / 100))).isFlat).toBe(false);
    expect(judgeGrowth(samples(() => 0)).isFlat).toBe(true);
  });
});
