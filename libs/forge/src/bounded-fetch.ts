/** Answers are JSON of kilobytes; a comparison of branches with 300 changed files is the largest. */
const MOST_BYTES = 32 * 1024 ** 2;
const WITHOUT_BODY = new Set([204, 205, 304]);

const readAll = async (response: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Error('The answer is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Octokit takes a body that was cut, or a proxy's page, for an empty or a textual result. */
const whole = async (response: Response): Promise<Response> => {
  const { status, headers, url } = response;
  const body = WITHOUT_BODY.has(status) ? null : await readAll(response);
  if (response.ok && body !== null && !/json/.test(headers.get('content-type') ?? ''))
    throw new Error('The answer is not JSON.');
  return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url });
};

/**
 * A `fetch` that ends within `timeoutMs`, body and all. What the caller's own signal ends is an `AbortError`, which Octokit
 * does not try again.
 */
export const boundedFetch =
  (timeoutMs: number): typeof fetch =>
  async (input, init = {}) => {
    const own = init.signal ?? null;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = own === null ? deadline : AbortSignal.any([own, deadline]);
    try {
      return await whole(await fetch(input, { ...init, signal }));
    } catch (error) {
      if (own?.aborted === true) throw new DOMException('The request was given up.', 'AbortError');
      throw error;
    }
  };
