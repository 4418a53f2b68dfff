import { Readable } from 'node:stream';
import { AppError } from '@drydock/domain';

/**
 * A body as the very bytes that came; null when they are more than `most`. The stream is left open then: what is still on
 * its way has to be read before the client reads an answer.
 * @throws AppError `malformed_request` when the client goes away.
 */
export const readBytes = async (body: unknown, most: number): Promise<Uint8Array | null> => {
  if (!(body instanceof Readable)) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > most) return null;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new AppError('malformed_request', 'The body did not come to its end.', { cause });
  }
  return Buffer.concat(chunks);
};
