import { describe, expect, it } from '@jest/globals';
import { firstBytes, framesOf, readChunks, type Chunk, type Frame } from './terminal-recording.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const chunk = (text: string, delayMs = 100): Chunk => ({ delayMs, bytes: bytes(text) });
const play = (...chunks: Chunk[]): Promise<Frame[]> => framesOf({ columns: 20, rows: 3, chunks });
const shown = ({ lines }: Frame): string[] => lines.map((line) => line.map(({ text }) => text).join('|'));

describe('readChunks', () => {
  const HEADER = 'Script started on 2026-01-01 [COMMAND="x"]\n';

  it('gives each line of the timing its bytes, without the line that says when it began', () => {
    const output = bytes(`${HEADER}abcde\nScript done`);
    expect(readChunks('0.5 2\n0.25 3\n', output)).toEqual([
      { delayMs: 500, bytes: bytes('ab') },
      { delayMs: 250, bytes: bytes('cde') },
    ]);
  });

  it('refuses what is no timing file', () => {
    expect(() => readChunks('O 0.5 2', bytes(HEADER))).toThrow('no line of a timing file');
  });

  it('can be cut after so many bytes', () => {
    const chunks = [chunk('abc'), chunk('def'), chunk('ghi')];
    expect(firstBytes(chunks, 4).map((each) => Buffer.from(each.bytes).toString())).toEqual(['abc', 'd']);
  });
});

describe('framesOf', () => {
  it('shows of a progress line that is drawn again only what stands there at last', async () => {
    const frames = await play(chunk('agent 1s'), chunk('\r\u001b[Kagent 2s'), chunk('\r\u001b[Kdone\r\n'));
    expect(frames.map(shown)).toEqual([
      ['agent 1s', '', ''],
      ['agent 2s', '', ''],
      ['done', '', ''],
    ]);
    expect(frames.at(-1)?.cursor).toEqual({ row: 1, column: 0 });
  });

  it('knows colours, bold and dim, and where they stand', async () => {
    const [frame] = await play(chunk('a \u001b[1;32m+x y\u001b[0m  \u001b[2mz\u001b[0m'));
    const plain = { colour: null, isBold: false, isDim: false };
    expect(frame?.lines[0]).toEqual([
      { ...plain, column: 0, columns: 1, text: 'a' },
      { ...plain, colour: 2, isBold: true, column: 2, columns: 4, text: '+x y' },
      { ...plain, isDim: true, column: 8, columns: 1, text: 'z' },
    ]);
  });

  it('scrolls, counts wide characters as two columns, and keeps what comes in halves', async () => {
    const [first, second] = Array.from(bytes('ß'));
    const half = { delayMs: 100, bytes: Uint8Array.of(first ?? 0) };
    const rest = { delayMs: 100, bytes: Uint8Array.of(second ?? 0) };
    const frames = await play(chunk('1\r\n2\r\n3\r\n界!'), half, rest);
    expect(frames.map(shown).at(-1)).toEqual(['2', '3', '界!ß']);
    expect(frames.at(-1)?.lines[2]?.[0]).toMatchObject({ columns: 4 });
  });

  it('does not wait for a progress line as long as it was waited for', async () => {
    const frames = await play(chunk('agent 1s'), chunk('\r\u001b[K', 1_000), chunk('agent 2s', 0));
    expect(frames.map(({ atMs }) => atMs)).toEqual([0, 600]);
    expect(frames.map(shown).at(-1)).toEqual(['agent 2s', '', '']);
  });

  it('cuts long pauses, joins what comes at once, and leaves out what changes nothing', async () => {
    const frames = await play(
      chunk('a', 9_000),
      chunk('b', 20),
      chunk('c', 8_000),
      chunk('\u001b[0m', 500),
      chunk('d', 200),
    );
    expect(frames.map(({ atMs, lines }) => [atMs, lines[0]?.[0]?.text])).toEqual([
      [0, 'ab'],
      [1_520, 'abc'],
      [2_220, 'abcd'],
    ]);
  });
});
