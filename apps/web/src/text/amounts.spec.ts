import { expect, it } from '@jest/globals';
import { ago, bytes, cost, counted, duration } from './amounts.ts';

it('says how many in proper English', () => {
  expect([0, 1, 2, 12_345].map((value) => counted(value, 'more line'))).toEqual([
    '0 more lines',
    '1 more line',
    '2 more lines',
    '12,345 more lines',
  ]);
});

it.each([
  [0, 'under 0.1 s'],
  [0.94, '0.9 s'],
  [0.95, '1 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [3_599.6, '1 h 0 min'],
  [172_800, '2 days'],
])('says that %d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it.each([0, 9.7, 37.4, 37.6, 59.7, 61])('says the same of %d seconds ago as of as long a time', (seconds) => {
  const words = ago('2026-01-01T00:00:00.000Z', Date.parse('2026-01-01T00:00:00.000Z') + seconds * 1_000);
  const same = seconds < 9 ? 'just now' : `${duration(seconds).replace(/ \d\d s$/, '')} ago`;
  expect(words).toBe(same);
});

it('rounds bytes and dollars to what people read', () => {
  expect([999, 1_000, 9_960, 999_499, 999_500].map(bytes)).toEqual([
    '999 B',
    '1.0 KB',
    '10.0 KB',
    '999 KB',
    '1.0 MB',
  ]);
  expect([null, 0, 0.004, 1.5].map(cost)).toEqual(['unknown', '$0', '$0.0040', '$1.50']);
});
