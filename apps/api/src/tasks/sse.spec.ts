import { describe, expect, it } from '@jest/globals';
import type { TaskEvent } from '@drydock/contracts';
import { ssePortions } from './sse.ts';

const line = (seq: number, text: string): TaskEvent => ({
  ...{ seq, at: '2026-01-02T03:04:05.678Z', attempt: 1, type: 'log', v: 1 },
  ...{ phase: 'agent', stream: 'stdout', text },
});
const told = (texts: readonly string[]) =>
  ssePortions(texts.map((text, nth) => line(nth + 1, text))).map(({ lastSeq, content }) => ({
    lastSeq,
    ids: [
      ...Buffer.from(content)
        .toString()
        .matchAll(/^id: (\d+)$/gm),
    ].map(([, id]) => Number(id)),
  }));

describe('frames of a stream of events', () => {
  it('go together in one piece, as one write to a socket is dearer than what is in it', () => {
    expect(told(['a', 'b', 'c'])).toEqual([{ lastSeq: 3, ids: [1, 2, 3] }]);
    expect(told([])).toEqual([]);
  });

  it('are divided where a piece would be larger than a reader should have waiting', () => {
    const large = 'x'.repeat(10_000);
    expect(told(['a', large, large, 'b', 'x'.repeat(60_000), 'c'])).toEqual([
      { lastSeq: 2, ids: [1, 2] },
      { lastSeq: 4, ids: [3, 4] },
      { lastSeq: 5, ids: [5] },
      { lastSeq: 6, ids: [6] },
    ]);
  });

  it('hold what they hold, whatever it is', () => {
    const [{ content } = { content: new Uint8Array() }] = ssePortions([line(7, 'ä\n\nid: 9\n\u2028')]);
    const [, data = ''] =
      /^data: (.*)$/m.exec(Buffer.from(content).toString().replaceAll('\u2028', '\\u2028')) ?? [];
    expect(JSON.parse(data)).toEqual(line(7, 'ä\n\nid: 9\n\u2028'));
  });
});
