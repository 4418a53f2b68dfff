import { describe, expect, it } from '@jest/globals';
import { isRetried, retryAfterMs, retryDelayMs } from './retry-delay.ts';

const BACKOFF = { baseMs: 500, capMs: 20_000 };
const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['seconds', '2', 2000],
    ['fractions', '0.5', 500],
    ['a date', 'Thu, 01 Jan 2026 00:00:03 GMT', 3000],
    ['a date gone by', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['a negative number', '-5', 0],
    ['nonsense', 'soon', null],
    ['nothing', '', null],
    ['no header', undefined, null],
  ])('reads %s', (_name, header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe('retryDelayMs', () => {
  it('obeys the provider up to the cap', () => {
    expect(retryDelayMs(BACKOFF, { tries: 1, askedMs: 3000, random: 0 })).toBe(3000);
    expect(retryDelayMs(BACKOFF, { tries: 1, askedMs: 3_600_000, random: 0 })).toBe(20_000);
  });

  it('doubles, half of it random, up to the cap', () => {
    const delays = (random: number): number[] =>
      [1, 2, 3, 10].map((tries) => retryDelayMs(BACKOFF, { tries, askedMs: null, random }));
    expect(delays(0)).toEqual([250, 500, 1000, 10_000]);
    expect(delays(1)).toEqual([500, 1000, 2000, 20_000]);
  });
});

describe('isRetried', () => {
  it('is for what may pass by itself', () => {
    const statuses = [200, 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504, 529];
    expect(statuses.filter(isRetried)).toEqual([408, 429, 500, 502, 503, 504, 529]);
  });
});
