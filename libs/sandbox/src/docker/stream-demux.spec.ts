import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamDemux } from './stream-demux.ts';

interface Frame {
  readonly stream: number;
  readonly bytes: Uint8Array;
}

const encode = ({ stream, bytes }: Frame): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
};

describe('StreamDemux', () => {
  it('gives each stream its bytes in order, wherever the chunks are cut', () => {
    const frame = fc.record({ stream: fc.constantFrom(1, 2), bytes: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 17 })), (frames, cuts) => {
        const got: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
        const demux = new StreamDemux({
          stdout: (bytes) => got.stdout.push(bytes),
          stderr: (bytes) => got.stderr.push(bytes),
        });
        let rest = Buffer.concat(frames.map(encode));
        for (let i = 0; rest.length > 0; i++) {
          const size = cuts[i % cuts.length] ?? rest.length;
          demux.push(rest.subarray(0, size));
          rest = rest.subarray(size);
        }
        const wanted = (stream: number) =>
          Buffer.concat(frames.filter((f) => f.stream === stream).map(({ bytes }) => bytes));
        expect(Buffer.concat(got.stdout)).toEqual(wanted(1));
        expect(Buffer.concat(got.stderr)).toEqual(wanted(2));
      }),
    );
  });
});
