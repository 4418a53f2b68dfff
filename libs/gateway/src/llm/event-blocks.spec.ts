import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChatStreamReader } from './chat-stream-reader.ts';
import { EventBlocks } from './event-blocks.ts';

const STREAM = [
  ': a comment\n\n',
  'data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"grüß "}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"dich 👋"}}]}\r\n\r\n',
  'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","function":{"name":"bash","arguments":"{\\"a"}}]}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\":1}"}}]}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":3}}}\n\n',
  'data: [DONE]\n\n',
];

/** The stream's bytes, cut at the given places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
};

describe('EventBlocks', () => {
  it('gives the same whole events however the bytes are cut, inside characters too', () => {
    const bytes = Buffer.from(STREAM.join(''));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (places) => {
        const blocks = new EventBlocks(10_000);
        const got = cut(bytes, places).flatMap((part) => blocks.push(part));
        expect(got).toEqual(STREAM);
        expect(blocks.end()).toBe('');
      }),
    );
  });

  it('gives what is left of an event without its end', () => {
    const blocks = new EventBlocks(100);
    expect(blocks.push(Buffer.from('data: 1\n\ndata: 2'))).toEqual(['data: 1\n\n']);
    expect(blocks.end()).toBe('data: 2');
  });

  it('does not hold an event without bound', () => {
    const blocks = new EventBlocks(100);
    expect(() => blocks.push(Buffer.alloc(101, 'x'))).toThrow(RangeError);
  });
});

describe('ChatStreamReader', () => {
  it('puts the reply together, and finds the usage and the end', () => {
    const reader = new ChatStreamReader(false);
    const notes = STREAM.map((block) => reader.read(block));
    expect(notes.findIndex((note) => note.last)).toBe(7);
    expect(notes.flatMap((note, index) => (note.keep ? [index] : []))).toEqual([6]);
    expect(reader.usage()).toEqual({ inputTokens: 9, cachedTokens: 3, outputTokens: 4 });
    expect(reader.assembled()).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: 'grüß dich 👋',
            tool_calls: [{ id: 't1', type: 'function', function: { name: 'bash', arguments: '{"a":1}' } }],
          },
        },
      ],
    });
  });

  it('knows a stream that is no answer', () => {
    const reader = new ChatStreamReader(false);
    expect(reader.fault()).toMatch(/without an answer/);
    reader.read(STREAM[1] ?? '');
    expect(reader.fault()).toBeNull();
    reader.read('data: {"error":{"message":"overloaded"}}\n\n');
    expect(reader.fault()).toMatch(/overloaded/);
  });

  it('lets the usage event pass to a client that asked for it', () => {
    expect(new ChatStreamReader(true).read(STREAM[6] ?? '').keep).toBe(false);
  });

  it.each([
    ['noise', 'data: oops\n\n'],
    ['a negative count', 'data: {"usage":{"prompt_tokens":-1,"completion_tokens":1}}\n\n'],
    ['a broken count', 'data: {"usage":{"prompt_tokens":1.5,"completion_tokens":1}}\n\n'],
    ['no object', 'data: [1]\n\n'],
    ['choices of the wrong type', 'data: {"choices":[null,3,{"delta":7}]}\n\n'],
  ])('reads no usage out of %s', (_name, block) => {
    const reader = new ChatStreamReader(false);
    expect(reader.read(block)).toEqual({ keep: false, last: false });
    expect(reader.usage()).toBeNull();
  });
});
