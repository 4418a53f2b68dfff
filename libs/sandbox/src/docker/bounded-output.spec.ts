import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedOutput } from './bounded-output.ts';

const text = async (output: BoundedOutput): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of output) parts.push(part);
  return Buffer.concat(parts).toString();
};
const push = (output: BoundedOutput, ...parts: string[]): void => {
  for (const part of parts) output.push(Buffer.from(part));
};

describe('BoundedOutput', () => {
  it('gives what was pushed, before and after the end', async () => {
    const output = new BoundedOutput(10_000);
    push(output, 'a\nb', 'c\n', 'rest');
    output.end();
    push(output, 'late');
    expect(await text(output)).toBe('a\nbc\nrest');
    expect(output.droppedBytes).toBe(0);
  });

  it('wakes a waiting reader', async () => {
    const output = new BoundedOutput(10_000);
    const read = text(output);
    await Promise.resolve();
    push(output, 'x\n');
    output.end();
    expect(await read).toBe('x\n');
  });

  it('ends a line whose rest was dropped, and goes on with a whole one', async () => {
    const output = new BoundedOutput(1000);
    push(output, 'half a ', 'x'.repeat(900), ' line\n');
    const read = output[Symbol.asyncIterator]();
    expect(Buffer.from((await read.next()).value as Uint8Array).toString()).toBe('half a ');
    push(output, 'lost\nkept\n');
    output.end();
    const rest: string[] = [];
    for (let next = await read.next(); next.done !== true; next = await read.next())
      rest.push(Buffer.from(next.value).toString());
    expect(rest.join('')).toBe('\nlost\nkept\n');
    expect(output.droppedBytes).toBe(906);
  });

  it('bounds a flood of single bytes too', () => {
    const output = new BoundedOutput(10_000);
    for (let i = 0; i < 10_000; i++) push(output, '\n');
    expect(output.droppedBytes).toBeGreaterThan(9_900);
  });

  it('holds nothing once its reader has gone', async () => {
    const output = new BoundedOutput(1000);
    push(output, 'a\n');
    const read = output[Symbol.asyncIterator]();
    await read.next();
    await read.return(undefined);
    for (let i = 0; i < 100; i++) push(output, 'x'.repeat(100));
    expect(output.droppedBytes).toBe(0);
    output.end();
    expect(await text(output)).toBe('');
  });

  it('never makes a line out of two, whatever is dropped', async () => {
    const line = fc.integer({ min: 1, max: 300 }).map((size) => `<${'x'.repeat(size)}>\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 97 }), async (lines, size) => {
        const output = new BoundedOutput(2000);
        const all = lines.join('');
        const read = text(output);
        for (let at = 0; at < all.length; at += size) {
          push(output, all.slice(at, at + size));
          if (at % 3 === 0) await Promise.resolve();
        }
        output.end();
        const got = (await read).split('\n').filter((part) => part.endsWith('>'));
        expect(got.every((part) => lines.includes(`${part}\n`))).toBe(true);
      }),
    );
  });
});
