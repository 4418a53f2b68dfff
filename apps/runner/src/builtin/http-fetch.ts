import { request, type IncomingMessage } from 'node:http';

const MAX_RESPONSE_BYTES = 64 * 1024 ** 2;

const bodyOf = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) throw new Error('The model answered with more than 64 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const send = (url: URL, init: RequestInit): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.signal ? { signal: init.signal } : {}),
    };
    const outgoing = request(url, options, resolve);
    outgoing.once('error', reject);
    outgoing.end(typeof init.body === 'string' ? init.body : undefined);
  });

/**
 * `fetch` for calls to the loopback that may think for an hour: the built-in one gives up after five minutes without an
 * answer, and only its own package could tell it otherwise.
 */
export const httpFetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
  const response = await send(new URL(input instanceof Request ? input.url : input), init);
  const body = await bodyOf(response);
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return new Response(body.length === 0 ? null : new Uint8Array(body), {
    status: response.statusCode ?? 500,
    headers,
  });
};
