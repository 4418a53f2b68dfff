import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The only request headers that providers get to see; everything else of the client's is dropped, its auth first. */
const FORWARDED = ['accept', 'user-agent', 'openai-beta', 'anthropic-version', 'anthropic-beta'] as const;

export const forwardedHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    FORWARDED.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Counts bytes that are held in memory; false: no more, please. */
export type HoldBytes = (bytes: number) => boolean;

/**
 * Reads a whole body.
 * @returns the bytes, `too_large`, or `too_many` when other requests hold all the memory there is.
 */
export const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
  hold: HoldBytes,
): Promise<Buffer | 'too_large' | 'too_many'> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed at an early return: the connection must still carry the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return 'too_large';
    if (!hold(chunk.length)) return 'too_many';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
