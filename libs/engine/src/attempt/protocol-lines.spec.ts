import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MAX_PROTOCOL_LINE_BYTES } from '@drydock/contracts';
import fc from 'fast-check';
import { LineCutter, parseMessage, protocolMessages } from './protocol-lines.ts';

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

describe('protocol lines', () => {
  it('gives the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat(9)),
        (lines, sizes) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const cutter = new LineCutter();
          const seen: string[] = [];
          let at = 0;
          for (let i = 0; at < bytes.length; i++) {
            const size = (sizes[i % Math.max(1, sizes.length)] ?? 3) + 1;
            seen.push(...cutter.push(bytes.subarray(at, at + size)).map((line) => line.toString('utf8')));
            at += size;
          }
          expect(seen).toEqual(lines);
        },
      ),
    );
  });

  it('drops an endless line without keeping it, and goes on with the next', () => {
    const cutter = new LineCutter();
    const mega = Buffer.alloc(1024 ** 2, 'x');
    for (let i = 0; i < 64; i++) expect(cutter.push(mega)).toEqual([]);
    expect(cutter.push(Buffer.from('\nok\n')).map(String)).toEqual(['ok']);
    expect(cutter.dropped).toBe(1);
  });

  it('takes a line of the full length', () => {
    const cutter = new LineCutter();
    expect(
      cutter.push(Buffer.concat([Buffer.alloc(MAX_PROTOCOL_LINE_BYTES, 'x'), Buffer.from('\n')])),
    ).toHaveLength(1);
  });

  it('takes noise for nothing and never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parseMessage(bytes) === null));
    fc.assert(fc.property(fc.json(), (text) => parseMessage(Buffer.from(text)) === null));
  });

  it('passes messages on in order and counts noise', async () => {
    let noise = 0;
    const seen: string[] = [];
    const source = chunks([
      Buffer.from('{"v":1,"type":"ready"}\nrub'),
      Buffer.from('bish\n{"v":1,"type":"log","stream":"stdout","text":"a"}\n'),
    ]);
    for await (const message of protocolMessages(source, () => noise++)) seen.push(message.type);
    expect({ seen, noise }).toEqual({ seen: ['ready', 'log'], noise: 1 });
  });

  it('takes the word about an end from nobody but the runner', async () => {
    const key = 'k'.repeat(64);
    const say = (message: string): string =>
      JSON.stringify({ v: 1, type: 'done', ok: true, code: 'x', message, exitCode: 0 });
    const prove = (json: string, by: string): string =>
      `${json.slice(0, -1)},"proof":"${createHmac('sha256', by).update(json).digest('hex')}"}`;
    const genuine = prove(say('genuine'), key);
    const lines = [
      say('bare'),
      prove(say('guessed'), 'other'),
      genuine.replace('genuine', 'altered'),
      genuine,
    ];
    const seen: unknown[] = [];
    for await (const message of protocolMessages(
      chunks([Buffer.from(`${lines.join('\n')}\n`)]),
      () => 0,
      key,
    ))
      seen.push('message' in message && message.message);
    expect(seen).toEqual(['genuine']);
  });
});
