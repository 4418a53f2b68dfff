import { describe, expect, it } from '@jest/globals';
import { LogBuffer } from './log-buffer.ts';
import { LogSearch, splitAtMatches } from './log-search.ts';

const out = (text: string, stream = 'stdout') => ({ phase: 'agent', stream, text });
const texts = (buffer: LogBuffer) => Array.from({ length: buffer.length }, (_, i) => buffer.at(i)?.text);

describe('the lines of a log', () => {
  it('are whole, whatever pieces the text comes in', () => {
    const buffer = new LogBuffer();
    for (const piece of ['a', 'b\nc\n', '\nd']) buffer.append(out(piece));
    expect(texts(buffer)).toEqual(['ab', 'c', '', 'd']);
  });

  it('are not mixed up by two streams that take turns in the middle of lines', () => {
    const buffer = new LogBuffer();
    buffer.append(out('out 1, '));
    buffer.append(out('err 1\n', 'stderr'));
    buffer.append(out('out 2\n'));
    expect(texts(buffer)).toEqual(['out 1, out 2', 'err 1']);
    expect(buffer.at(1)).toMatchObject({ isError: true, number: 2 });
  });

  it('of a megabyte are cut, and say by how much', () => {
    const buffer = new LogBuffer();
    buffer.append(out('x'.repeat(600_000)));
    buffer.append(out(`${'x'.repeat(400_000)}\nnext\n`));
    expect(buffer.at(0)).toMatchObject({ cut: 990_000 });
    expect(buffer.at(1)).toMatchObject({ text: 'next', cut: 0 });
  });

  it('keep the colour of the line before', () => {
    const buffer = new LogBuffer();
    buffer.append(out('\x1b[31mred\nstill\x1b[0m\nplain\n'));
    expect([0, 1, 2].map((i) => buffer.at(i)?.style)).toEqual([{}, { color: 1 }, {}]);
  });

  it('of a progress bar are what it wrote last, however much came before', () => {
    const buffer = new LogBuffer();
    for (let i = 0; i < 2_000; i++) buffer.append(out(`\r${String(i)} of 2,000 layers`));
    expect(buffer.at(0)).toMatchObject({ text: '1999 of 2,000 layers', cut: 0 });
    buffer.append(out('\r'));
    expect(buffer.at(0)?.text).toBe('1999 of 2,000 layers');
    buffer.append(out(`done\n`));
    expect(texts(buffer)).toEqual(['done']);
  });

  it('are bounded: the oldest go, numbers stay', () => {
    const buffer = new LogBuffer(100);
    for (let i = 1; i <= 1_000; i++) buffer.append(out(`${String(i)}\n`));
    expect(buffer.length).toBeLessThanOrEqual(100);
    expect(buffer.dropped + buffer.length).toBe(1_000);
    expect(buffer.at(buffer.length - 1)).toMatchObject({ text: '1000', number: 1_000 });
    expect(buffer.at(0)?.text).toBe(String(buffer.dropped + 1));
  });

  it('a heading ends the lines before it', () => {
    const buffer = new LogBuffer();
    buffer.append(out('half'));
    buffer.mark('verify');
    buffer.append(out('other'));
    expect(texts(buffer)).toEqual(['half', 'verify', 'other']);
    expect(buffer.at(1)?.isMark).toBe(true);
  });
});

describe('search in a log', () => {
  it('finds in whatever case, past colours, and goes on as lines come', () => {
    const buffer = new LogBuffer();
    buffer.append(out('ok\nan \x1b[31mErr\x1b[0mor\n'));
    const search = new LogSearch(buffer, 'ERROR');
    expect(search.update()).toEqual([2]);
    buffer.append(out('no\nerr'));
    expect(search.update()).toEqual([2]);
    buffer.append(out('or again\nx\n'));
    expect(search.update()).toEqual([2, 4]);
    expect(search.update()).toEqual([2, 4]);
  });

  it('forgets lines that were dropped', () => {
    const buffer = new LogBuffer(10);
    const search = new LogSearch(buffer, 'x');
    buffer.append(out('x\n'));
    expect(search.update()).toEqual([1]);
    for (let i = 0; i < 30; i++) buffer.append(out('y\n'));
    expect(search.update()).toEqual([]);
  });

  it('looks at 100,000 lines in a moment', () => {
    const buffer = new LogBuffer();
    buffer.append(out('a line of the usual length with nothing to find in it\n'.repeat(100_000)));
    const startedAt = performance.now();
    expect(new LogSearch(buffer, 'needle').update()).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('marks every place', () => {
    const marked = splitAtMatches('aXbxc', 'x');
    expect(marked.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join('')).toBe('a[X]b[x]c');
    expect(splitAtMatches('abc', '')).toEqual([{ text: 'abc', isMatch: false }]);
  });
});
