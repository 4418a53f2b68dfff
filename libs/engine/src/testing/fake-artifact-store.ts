import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError, AttemptAborted } from '@drydock/domain';
import type { ArtifactStore, ListedKey, StoredBytes } from '../ports/artifact-store.ts';

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const isKey = (key: string): boolean =>
  key.length <= 512 && key.split('/').every((segment) => SEGMENT.test(segment));

const assertKey = (key: string): void => {
  if (!isKey(key)) throw new AppError('store_failed', `"${key}" is not a key.`);
};

/** Artifacts in memory. */
export class FakeArtifactStore implements ArtifactStore {
  readonly contents = new Map<string, Buffer>();
  /** Uploads that were cut off, by the time they last moved. */
  readonly halfWritten: Date[] = [];
  readonly #modifiedAt = new Map<string, Date>();

  async put(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; maxBytes?: number },
  ): Promise<StoredBytes> {
    assertKey(key);
    try {
      const all = await this.#collect(source, options);
      this.contents.set(key, all);
      this.#modifiedAt.set(key, new Date());
      return { bytes: all.length, sha256: createHash('sha256').update(all).digest('hex') };
    } catch (error) {
      if (error instanceof AppError || error instanceof AttemptAborted) throw error;
      throw new AppError('store_failed', String(error), { cause: error });
    }
  }

  async get(key: string): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> }> {
    const content = this.contents.get(key);
    if (!content) throw new AppError('artifact_not_available', `There is nothing at ${key}.`);
    return Promise.resolve({ bytes: content.length, stream: Readable.from([content]) });
  }

  async remove(keyOrPrefix: string): Promise<void> {
    await Promise.resolve();
    assertKey(keyOrPrefix);
    for (const key of this.contents.keys())
      if (key === keyOrPrefix || key.startsWith(`${keyOrPrefix}/`)) this.contents.delete(key);
  }

  async *list(prefix: string, { after = '' }: { after?: string } = {}): AsyncGenerator<ListedKey> {
    const keys = [...this.contents.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    for (const key of keys) {
      const content = this.contents.get(key);
      if (content)
        yield await Promise.resolve({ key, bytes: content.length, modifiedAt: this.#modified(key) });
    }
  }

  async now(): Promise<Date> {
    return Promise.resolve(new Date());
  }

  async removeHalfWritten(olderThanMs: number): Promise<number> {
    const kept = this.halfWritten.filter((at) => at.getTime() > Date.now() - olderThanMs);
    const removed = this.halfWritten.length - kept.length;
    this.halfWritten.splice(0, Infinity, ...kept);
    return Promise.resolve(removed);
  }

  /** Makes all keys at or below a prefix older than they are. */
  age(prefix: string, ms: number): void {
    for (const key of this.contents.keys())
      if (key.startsWith(prefix)) this.#modifiedAt.set(key, new Date(this.#modified(key).getTime() - ms));
  }

  async check(): Promise<void> {
    return Promise.resolve();
  }

  #modified(key: string): Date {
    return this.#modifiedAt.get(key) ?? new Date();
  }

  async #collect(
    source: AsyncIterable<Uint8Array>,
    { signal, maxBytes = Infinity }: { signal: AbortSignal; maxBytes?: number },
  ): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    const iterator = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([aborted, iterator.next()]);
        if (next.done === true) break;
        bytes += next.value.byteLength;
        if (bytes > maxBytes) throw new AppError('payload_too_large', 'Too large.');
        pieces.push(next.value);
      }
    } finally {
      void iterator.return?.();
    }
    return Buffer.concat(pieces);
  }
}
