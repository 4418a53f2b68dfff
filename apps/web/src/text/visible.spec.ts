import { describe, expect, it } from '@jest/globals';
import { cutLine, visible } from './visible.ts';

describe('text that somebody else wrote', () => {
  it.each([
    ['a right-to-left override', 'user\u202enimda', 'user‹U+202E›nimda'],
    ['isolates', '\u2066x\u2069', '‹U+2066›x‹U+2069›'],
    ['zero width space and byte order mark', 'a\u200bb\ufeff', 'a‹U+200B›b‹U+FEFF›'],
    ['tag characters', 'a\u{e0041}', 'a‹U+E0041›'],
    ['letters that are blank', 'a\u3164\u115f\uffa0', 'a‹U+3164›‹U+115F›‹U+FFA0›'],
    ['selectors that hide data behind a letter', 'a\u{e0101}\ufe01', 'a‹U+E0101›‹U+FE01›'],
    ['control characters', 'a\0\x1b[31m\x7f\x9b', 'a‹NUL›‹ESC›[31m‹DEL›‹U+009B›'],
    ['a newline in one line', 'a\nb', 'a‹LF›b'],
    ['marks that pile up on a letter', `a${'\u0301'.repeat(5)}b`, `a${'\u0301'.repeat(4)}‹U+0301›b`],
    ['line and paragraph separators', 'a\u2028b', 'a‹U+2028›b'],
  ])('shows %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves letters of all languages, tabs and emoji families alone', () => {
    const text = '\tשָׁלוֹם ကြွေး ที่นี่ שלום مرحبا 日本 👩\u200d👧 ❤\ufe0f <script>&amp;';
    expect(visible(text)).toBe(text);
  });

  it('cuts long lines, never through a character', () => {
    expect(cutLine('abc', 3)).toEqual({ text: 'abc', cut: 0 });
    expect(cutLine('abcd', 3)).toEqual({ text: 'abc', cut: 1 });
    expect(cutLine('ab😀d', 3)).toEqual({ text: 'ab', cut: 3 });
    expect(cutLine('x'.repeat(1_000_000))).toMatchObject({ cut: 998_000 });
  });
});
