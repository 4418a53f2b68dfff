import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstAct, hostileText } from '../../testing/hostile-text.ts';
import { capText, cleanLine, neutral } from './neutral-text.ts';

describe('text by others', () => {
  it('causes nothing at the code host, whatever it says', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        return firstAct(neutral(text)) === undefined;
      }),
      { numRuns: 1000 },
    );
  });

  it('holds nothing that is not text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const said = neutral(text);
        const isClean = said.isWellFormed() && !/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/u.test(said);
        return isClean && !/[\p{Cc}\u2028\u2029]/u.test(cleanLine(text));
      }),
    );
  });

  it('hides nothing that only another program would read', () => {
    expect(neutral('Fine\u{E0069}\u{E0067}\u200B\u2060\uFEFF\u3164\u{E01EF}.')).toBe('Fine.');
    expect(neutral('❤️ 👩‍🚀')).toBe('❤️ 👩‍🚀');
    expect(neutral(neutral('@a #1'))).toBe(neutral('@a #1'));
  });

  it('reads as it did', () => {
    const said =
      'Fixes #12, thanks @octocat & GH-7: <b>see</b> ![x](y) at a/b#3 or https://github.com/a/b/pull/4.';
    expect(neutral(said).replaceAll('\u200B', '')).toBe(said);
    expect(neutral('Round 1.5 up: # is no reference, nor is a & b or x < y!')).toBe(
      'Round 1.5 up: # is no reference, nor is a & b or x < y!',
    );
  });

  it('is cut to its length without half a character', () => {
    expect(capText('abc', 3)).toBe('abc');
    expect(capText('abcd', 3)).toBe('ab…');
    expect(capText('a😀b', 3)).toBe('a…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const cut = capText(text, most);
        return cut.length <= most && cut.isWellFormed();
      }),
    );
  });
});
