import { describe, expect, it } from '@jest/globals';

import { parseSse } from './api-client.mjs';

const streamOf = (...parts: string[]): ReadableStream<Uint8Array> =>
  ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));

const all = async (stream: ReadableStream<Uint8Array>): Promise<unknown[]> => {
  const messages: unknown[] = [];
  for await (const message of parseSse(stream)) messages.push(message);
  return messages;
};

describe('parseSse', () => {
  it('puts messages together that arrive in pieces, and drops comments', async () => {
    const stream = streamOf(
      ': hello\n\nid: 1\nevent: lo',
      'g\ndata: {"a":1}\n\n: beat\n\n',
      'event: end\ndata: {}\n\n',
    );
    expect(await all(stream)).toEqual([
      { id: '1', event: 'log', data: '{"a":1}' },
      { event: 'end', data: '{}' },
    ]);
  });

  it('leaves out a message that was cut before its end', async () => {
    expect(await all(streamOf('id: 1\ndata: {"a"'))).toEqual([]);
  });
});
