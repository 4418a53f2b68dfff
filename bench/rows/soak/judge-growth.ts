import { slope } from '../../statistics.ts';

/** Growth over the time judged that counts as none, as a share of the mean. */
export const FLAT_SHARE = 0.05;
/** Or growth that drowns in the scatter around the line: so many standard deviations. */
export const FLAT_DEVIATIONS = 2;

export interface Growth {
  readonly mean: number;
  readonly perHour: number;
  /** By the fitted line from the first sample judged to the last. */
  readonly growth: number;
  /** Standard deviation of the samples from the line. */
  readonly scatter: number;
  readonly isFlat: boolean;
}

/** Fits a line to samples (seconds, value). What falls is flat: only growth ends badly. */
export const judgeGrowth = (points: readonly (readonly [seconds: number, value: number])[]): Growth => {
  const [first = [0, 0], last = [0, 0]] = [points[0], points.at(-1)];
  const mean = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
  const centre = points.reduce((sum, [at]) => sum + at, 0) / points.length;
  const perSecond = slope(points);
  const squares = points.reduce(
    (sum, [at, value]) => sum + (value - mean - perSecond * (at - centre)) ** 2,
    0,
  );
  const scatter = Math.sqrt(squares / points.length);
  const growth = perSecond * (last[0] - first[0]);
  const isFlat = growth <= FLAT_SHARE * Math.abs(mean) || growth <= FLAT_DEVIATIONS * scatter;
  return { mean, perHour: perSecond * 3600, growth, scatter, isFlat };
};
