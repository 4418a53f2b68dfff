import { describe, expect, it } from '@jest/globals';
import { ansiSpans, lastWritten, withoutAnsi } from './ansi.ts';

const ESC = '\x1b';
const spansOf = (line: string) => ansiSpans(line).spans;

describe('colours of a terminal', () => {
  it('become spans, and markup stays text', () => {
    expect(spansOf(`${ESC}[31;1m<b>no${ESC}[0m ok`)).toEqual([
      { text: '<b>no', style: { color: 1, bold: true } },
      { text: ' ok', style: {} },
    ]);
  });

  it.each([
    ['bright', '92', { color: 10 }],
    ['a background', '44', { background: 4 }],
    ['one of the 256', '38;5;196', { color: '#ff0000' }],
    ['a grey of the 256', '38;5;244', { color: '#808080' }],
    ['true colour', '48;2;1;2;300', { background: '#0102ff' }],
    ['true colour with colons', '38:2:10:20:30', { color: '#0a141e' }],
    ['what is unknown', '99;1', { bold: true }],
    ['no parameter: all off', '', {}],
    ['bold, then neither bold nor dim', '1;2;22', {}],
  ])('%s', (_name, parameters, style) => {
    expect(spansOf(`${ESC}[${parameters}mx`)).toEqual([{ text: 'x', style }]);
  });

  it('last into the next line', () => {
    const { end } = ansiSpans(`${ESC}[32mgreen`);
    expect(ansiSpans('still', end).spans).toEqual([{ text: 'still', style: { color: 2 } }]);
  });

  it.each([
    ['a title', `a${ESC}]0;evil\x07b`],
    ['a link', `a${ESC}]8;;http://evil\x1b\\b`],
    ['cursor moves and clearing', `a${ESC}[2J${ESC}[10;10Hb`],
    ['a private mode', `a${ESC}[?25lb`],
    ['a reset of the terminal', `a${ESC}cb`],
    ['a device string', `a${ESC}Pq#0${ESC}\\b`],
  ])('but %s is dropped', (_name, line) => {
    expect(withoutAnsi(line)).toBe('ab');
    expect(spansOf(line).map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('take a time that grows with the line only, however hostile', () => {
    const line = `${ESC}[`.repeat(100_000) + `${ESC}]`.repeat(100_000);
    const startedAt = performance.now();
    withoutAnsi(line);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

it('shows what a progress bar wrote last', () => {
  expect(lastWritten('10%\r50%\r100%\r')).toBe('100%');
  expect(lastWritten('plain')).toBe('plain');
  expect(lastWritten('windows\r\r')).toBe('windows');
});
