import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';

const WINDOW_BYTES = 1024 * 1024;

/**
 * Random access through one window of the file. Headers and small bodies come in file order, so nearly every read is a
 * copy out of memory: 60,000 entries cost some dozens of reads of the file instead of 240,000.
 */
export class WindowedReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #window = Buffer.allocUnsafe(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  /** Exactly `length` bytes. Throws at the end of the file. Not to be overlapped with another read. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const into = Buffer.allocUnsafe(length);
    if (!this.#copy(into, position)) await this.#fill(into, position);
    return into;
  }

  override read(...args: Parameters<RandomAccessReader['read']>): void {
    const [buffer, offset, length, position, callback] = args;
    const into = buffer.subarray(offset, offset + length);
    if (this.#copy(into, position)) callback(null);
    else
      this.#fill(into, position).then(
        () => {
          callback(null);
        },
        (error: unknown) => {
          callback(Error.isError(error) ? error : new Error('read failed'));
        },
      );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false });
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null); // whoever opened the file closes it
  }

  async *#range(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += WINDOW_BYTES)
      yield await this.bytes(at, Math.min(WINDOW_BYTES, end - at));
  }

  #copy(into: Buffer, position: number): boolean {
    const from = position - this.#start;
    if (from < 0 || from + into.length > this.#length) return false;
    this.#window.copy(into, 0, from, from + into.length);
    return true;
  }

  async #fill(into: Buffer, position: number): Promise<void> {
    if (into.length > WINDOW_BYTES) {
      const { bytesRead } = await this.#file.read(into, 0, into.length, position);
      if (bytesRead < into.length) throw new Error('unexpected end of the file');
      return;
    }
    this.#length = 0;
    const { bytesRead } = await this.#file.read(this.#window, 0, WINDOW_BYTES, position);
    this.#start = position;
    this.#length = bytesRead;
    if (!this.#copy(into, position)) throw new Error('unexpected end of the file');
  }
}
