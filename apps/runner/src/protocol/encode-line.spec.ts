import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_LINE_BYTES } from './bounds.ts';
import { cutText, encodeLine } from './encode-line.ts';

describe('a protocol line', () => {
  it('never passes its bound, and stays JSON with its type', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 50 }),
        fc.nat(40_000),
        fc.nat(60),
        (unit, repeat, count) => {
          const entry = {
            list: Array.from({ length: count }, () => unit.repeat(repeat % 5000)),
            text: unit.repeat(repeat),
          };
          const line = encodeLine({ type: 'trajectory', entry });
          expect(line.length).toBeLessThanOrEqual(MAX_LINE_BYTES);
          expect(line.indexOf(0x0a)).toBe(line.length - 1);
          expect(JSON.parse(line.toString())).toMatchObject({ v: 1, type: 'trajectory' });
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is replaced by a note when it is made of too many parts', () => {
    const line = encodeLine({ type: 'trajectory', entry: Array.from({ length: 300_000 }, (_, i) => i) });
    expect(JSON.parse(line.toString())).toMatchObject({ type: 'notice', code: 'message_too_large' });
  });

  it('is cut between surrogates', () => {
    expect(cutText('ab😀', 3)).toBe('ab[2 characters cut]');
  });
});
