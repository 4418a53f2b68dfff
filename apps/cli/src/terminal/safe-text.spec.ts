import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonText, oneLine, safeText } from './safe-text.ts';

const ESC = '\u001b';
const CONTROL = new RegExp(String.raw`[\u0000-\u001f\u007f-\u009f]`, 'u');

describe('safeText', () => {
  it.each([
    ['a title for the window', `a${ESC}]0;owned\u0007b`, 'ab'],
    ['a link', `${ESC}]8;;http://x${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['a cleared screen', `${ESC}[2J${ESC}[Hgone`, 'gone'],
    ['a clipboard write that never ends', `x${ESC}]52;c;Zm9v`, 'x'],
    ['a carriage return that hides the line', 'rm -rf /\rls', 'rm -rf /ls'],
    ['bells and backspaces', 'a\u0007\b\u0000b', 'ab'],
    ['eight-bit controls', '\u009b2Jx\u0085', 'x'],
    ['bidi overrides', 'a\u202eb', 'a<U+202E>b'],
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
  ])('takes away %s', (_what, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('keeps line breaks, tabs, emoji and, where asked, colours', () => {
    expect(safeText('a\r\n\tb 🚀 größer')).toBe('a\n\tb 🚀 größer');
    expect(safeText(`${ESC}[1;31mred${ESC}[0m${ESC}[2J`, true)).toBe(`${ESC}[1;31mred${ESC}[0m`);
  });

  it('leaves no control character in anything', () => {
    const bytes = fc.string({
      unit: fc.constantFrom(ESC, '[', ']', ';', '1', 'm', 'J', '\u0007', '\u009b', 'x', '\\', 'P'),
    });
    fc.assert(
      fc.property(bytes, (text) => {
        expect(safeText(text)).not.toMatch(CONTROL);
      }),
      { numRuns: 5_000 },
    );
  });
});

it('oneLine keeps to one line of the length asked for', () => {
  expect(oneLine('fix\nthe  bug in\tcart', 12)).toBe('fix the bug…');
});

it('jsonText is the same JSON, without anything that drives a terminal', () => {
  const value = { text: `${ESC}[2J\u009b2J\u202ea größer 🚀\n` };
  const text = jsonText(value);
  expect(text).not.toMatch(CONTROL);
  expect(text).not.toContain('\u202e');
  expect(JSON.parse(text)).toEqual(value);
});
