import { abortable } from '../http/abortable.ts';

/**
 * A ZIP to upload: bytes, a file of a browser, or a function that opens a stream of it, called again for each try. A bare
 * stream can be read only once, so it is collected in memory first.
 */
export type Archive =
  Blob | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | OpenArchive;

/** Opens the ZIP from its beginning. */
export type OpenArchive = () => AsyncIterable<Uint8Array>;

/** Gives the body of one try; every try gets its own. */
export type MakeBody = () => {
  readonly body: FormData | ReadableStream<Uint8Array>;
  readonly headers: Record<string, string>;
};

const isIterable = (archive: object): archive is AsyncIterable<Uint8Array> => Symbol.asyncIterator in archive;

const isUnshared = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer;

/** A Blob takes no memory that threads share. */
const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  isUnshared(bytes) ? bytes : new Uint8Array(bytes);

const blobOf = async (
  archive: Exclude<Archive, OpenArchive>,
  signal: AbortSignal | undefined,
): Promise<Blob> => {
  // By what they can do, as some of them may come with the globals of another page or test.
  if (ArrayBuffer.isView(archive)) return new Blob([unshared(archive)]);
  if ('stream' in archive) return archive;
  if ('getReader' in archive) return collected(chunksOf(archive), signal);
  if (isIterable(archive)) return collected(archive[Symbol.asyncIterator](), signal);
  if ('byteLength' in archive) return new Blob([archive]);
  throw new TypeError('archive: expected bytes, a Blob, a stream, or a function that opens one.');
};

/** Not every browser can iterate over a stream. */
const chunksOf = (stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> => {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { value } = await reader.read();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
};

const collected = async (
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Blob> => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (;;) {
      const chunk = await abortable(chunks.next(), signal);
      if (chunk.done === true) return new Blob(parts);
      parts.push(unshared(chunk.value));
    }
  } catch (error) {
    // Not waited for: what hangs does not end by being asked to.
    void Promise.resolve(chunks.return?.()).catch(() => undefined);
    throw error;
  }
};

/** A browser sends no stream, or only by HTTP/2, and says so too late. */
const sendsStreams = (): boolean => !('document' in globalThis || 'WorkerGlobalScope' in globalThis);

/** The multipart body of a task with its ZIP. @throws the reason of the signal. */
export const multipartOf = async (
  task: unknown,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<MakeBody> => {
  const json = JSON.stringify(task);
  if (typeof archive === 'function' && sendsStreams()) return streamed(json, archive);
  const zip = await blobOf(typeof archive === 'function' ? archive() : archive, signal);
  return () => {
    const form = new FormData();
    form.set('task', json);
    form.set('archive', new Blob([zip], { type: 'application/zip' }), 'archive.zip');
    return { body: form, headers: {} };
  };
};

/** `FormData` takes only what has a known length, which would mean a large ZIP in memory. */
const streamed = (json: string, open: OpenArchive): MakeBody => {
  const boundary = `drydock-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36)).join('')}`;
  const text = new TextEncoder();
  const part = (disposition: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield text.encode(`${part('name="task"')}\r\n${json}\r\n`);
    yield text.encode(
      `${part('name="archive"; filename="archive.zip"')}content-type: application/zip\r\n\r\n`,
    );
    yield* open();
    yield text.encode(`\r\n--${boundary}--\r\n`);
  }
  return () => ({
    body: streamOf(chunks()),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
};

/** `ReadableStream.from` is not everywhere yet. */
const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const chunk = await chunks.next();
      if (chunk.done === true) controller.close();
      else controller.enqueue(chunk.value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
