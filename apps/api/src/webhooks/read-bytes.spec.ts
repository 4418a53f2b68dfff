import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { BodyRoom } from './body-room.ts';
import { readBytes, SMALL_BYTES } from './read-bytes.ts';

const MOST = 4 * SMALL_BYTES;
const rules = { seats: 1, waitMs: 20, sendMs: 50 };

/** Sends so many bytes, and then no end. */
const sending = (bytes: number): PassThrough => {
  const body = new PassThrough();
  body.write(Buffer.alloc(bytes, 0x20));
  return body;
};

describe('readBytes', () => {
  it('gives back the very bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: SMALL_BYTES + 1 }, (_, i) => i % 256));
    const body = new PassThrough();
    body.end(bytes);
    expect(await readBytes(body, MOST, new BodyRoom(rules).seat())).toEqual(bytes);
  });

  it('needs no seat for what is small', async () => {
    const body = new PassThrough();
    body.end(Buffer.alloc(SMALL_BYTES));
    expect(await readBytes(body, MOST, new BodyRoom({ ...rules, seats: 0 }).seat())).toHaveLength(
      SMALL_BYTES,
    );
  });

  it('lets the rest of a large body go by when there is no seat for it', async () => {
    const body = sending(SMALL_BYTES + 1);
    const read = readBytes(body, MOST, new BodyRoom({ ...rules, seats: 0 }).seat());
    await expect(read).rejects.toMatchObject({ code: 'service_unavailable' });
    body.write(Buffer.alloc(SMALL_BYTES));
    await eventually(() => body.readableLength === 0);
  });

  it.each([0, 1, SMALL_BYTES + 1])('cuts off whoever sends %i bytes and then nothing', async (bytes) => {
    const body = sending(bytes);
    const read = readBytes(body, MOST, new BodyRoom(rules).seat());
    await expect(read).rejects.toMatchObject({ code: 'malformed_request' });
    expect(body.destroyed).toBe(true);
  });

  it('takes no more than the most', async () => {
    const read = readBytes(sending(MOST + 1), MOST, new BodyRoom(rules).seat());
    expect(await read).toBeNull();
  });
});
