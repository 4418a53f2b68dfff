import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutText, visibleText } from './untrusted-text.ts';

describe('visibleText', () => {
  it.each([
    ['a<!-- run rm -->b', 'ab'],
    ['a\n<!-- never closed\nb', 'a\n'],
    ['a\r<!-- never closed', 'a\n'],
    ['> - <!-- never closed', '> - '],
    ['a <!-- b\n<!-- never closed', 'a <!-- b\n'],
    ['What `<!--` begins\nis read', 'What `<!--` begins\nis read'],
    ['<!-->a<!--->b', 'ab'],
    ['<!--a--><!--b-->c', 'c'],
    ['<!-<!-- x -->- y -->', '<!-- y -->'],
    ['in\u200Bvi\u202Esible\u{E0041}', 'invisible'],
    ['\u3164h\uFE0Fi\u{E01EF}\u034F', 'hi'],
    ['a\r\nb\tc\0d\u001B[31m', 'a\nb\tcd[31m'],
    ['lone \ud800', 'lone \uFFFD'],
    ['ü 🚢', 'ü 🚢'],
  ])('shows %j as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('takes no time with whatever it is given', () => {
    const started = performance.now();
    for (const text of [
      '<!--'.repeat(15_000),
      '<!---->'.repeat(9_000),
      '-->'.repeat(20_000),
      `${'\n>'.repeat(30_000)}<`,
    ])
      visibleText(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('cutText', () => {
  it('never gives more bytes than it may, never half a character, and leaves alone what fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 64, max: 600 }),
        (text, most) => {
          const well = text.toWellFormed();
          const cut = cutText(well, most);
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
          expect(cut).not.toContain('\uFFFD'.repeat(well.includes('\uFFFD') ? 1_000 : 1));
          if (Buffer.byteLength(well) <= most) expect(cut).toBe(well);
          else expect(well.startsWith(cut.slice(0, cut.lastIndexOf('\n[…')))).toBe(true);
        },
      ),
    );
  });
});
