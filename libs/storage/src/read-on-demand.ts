import { createReadStream } from 'node:fs';

/**
 * The bytes of a file that is opened when the first one is asked for. A reader that never starts leaks nothing, and a
 * file that has gone by then is an error of the reader's: a bare stream, which opens at once, would end the process
 * while nobody listens yet.
 */
export async function* readOnDemand(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}
