import { Readable } from 'node:stream';
import { AppError } from '@drydock/domain';
import type { Seat } from './body-room.ts';

/**
 * So much needs no seat: hardly more than what an open connection costs anyway, and all but the rarest webhooks. Whoever keeps
 * the seats taken with large bodies keeps out none of them.
 */
export const SMALL_BYTES = 256 * 1024;

/**
 * A body as the very bytes that came; null when they are more than `most`. The stream is left open then: what is still on
 * its way has to be read before the client reads an answer.
 * @throws AppError `malformed_request` when the client goes away or is too slow, `service_unavailable` as the seat does.
 */
export const readBytes = async (body: unknown, most: number, seat: Seat): Promise<Uint8Array | null> => {
  if (!(body instanceof Readable)) return Buffer.alloc(0);
  const startClock = (): NodeJS.Timeout => setTimeout(() => body.destroy(new Error('too slow')), seat.sendMs);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isSeated = false;
  let deadline = startClock();
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > most) return null;
      if (bytes > SMALL_BYTES && !isSeated) {
        clearTimeout(deadline);
        await seat.take();
        isSeated = true;
        deadline = startClock();
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) {
      body.resume();
      throw cause;
    }
    throw new AppError('malformed_request', 'The body did not come to its end.', { cause });
  } finally {
    clearTimeout(deadline);
  }
  return Buffer.concat(chunks);
};
