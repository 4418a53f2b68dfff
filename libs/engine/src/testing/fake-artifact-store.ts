import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '@drydock/domain';
import type { ArtifactStore, StoredBytes } from '../ports/artifact-store.ts';

/** Artifacts in memory. */
export class FakeArtifactStore implements ArtifactStore {
  readonly contents = new Map<string, Buffer>();

  async put(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; maxBytes?: number },
  ): Promise<StoredBytes> {
    const pieces: Uint8Array[] = [];
    for await (const piece of source) pieces.push(piece);
    const all = Buffer.concat(pieces);
    if (all.length > (options.maxBytes ?? Infinity)) throw new AppError('payload_too_large', 'Too large.');
    this.contents.set(key, all);
    return { bytes: all.length, sha256: createHash('sha256').update(all).digest('hex') };
  }

  async get(key: string): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> }> {
    const content = this.contents.get(key);
    if (!content) throw new AppError('artifact_not_available', `There is nothing at ${key}.`);
    return { bytes: content.length, stream: Readable.from([content]) };
  }

  async remove(keyOrPrefix: string): Promise<void> {
    for (const key of this.contents.keys())
      if (key === keyOrPrefix || key.startsWith(`${keyOrPrefix}/`)) this.contents.delete(key);
  }

  async check(): Promise<void> {
    return Promise.resolve();
  }
}
