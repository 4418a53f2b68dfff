import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AppError, AttemptAborted } from '@drydock/domain';
import type { ArtifactStore, StoredBytes } from '@drydock/engine';
import { boundedChunks, type Bounds } from './bounded-chunks.ts';
import { isArtifactKey } from './artifact-key.ts';

/** No key reaches it: keys have no segment that starts with a dot. */
const TEMPORARY = '.tmp';
/** An upload that has not moved for this long belongs to a process that is gone. */
const LEFT_OVER_AFTER_MS = 86_400_000;

/**
 * Artifacts as files below one directory; on several hosts a shared volume. A file is written aside, synced and moved into
 * place, so that a key is absent or whole, also after a power failure.
 */
export class FilesystemArtifactStore implements ArtifactStore {
  readonly #root: string;

  /** @param root - absolute; made when it does not exist. */
  constructor(root: string) {
    this.#root = root;
  }

  async put(key: string, source: AsyncIterable<Uint8Array>, bounds: Bounds): Promise<StoredBytes> {
    const path = this.#path(key);
    const aside = join(this.#root, TEMPORARY, randomUUID());
    try {
      await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
      const stored = await writeSynced(aside, boundedChunks(source, bounds));
      bounds.signal.throwIfAborted();
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(aside, path);
      await syncDirectory(dirname(path));
      return stored;
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      if (error instanceof AppError || error instanceof AttemptAborted || bounds.signal.aborted) throw error;
      throw storeFailed(`${key} could not be stored`, error);
    }
  }

  async get(key: string): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> }> {
    const absent = () => new AppError('artifact_not_available', `There is nothing stored at ${key}.`);
    if (!isArtifactKey(key)) throw absent();
    const path = this.#path(key);
    const stats = await stat(path).catch((error: unknown) => {
      if (isAbsence(error)) throw absent();
      throw storeFailed(`${key} could not be read`, error);
    });
    if (!stats.isFile()) throw absent();
    return { bytes: stats.size, stream: readOnDemand(path, key) };
  }

  async remove(keyOrPrefix: string): Promise<void> {
    try {
      await rm(this.#path(keyOrPrefix), { recursive: true, force: true });
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!isAbsence(error)) throw storeFailed(`${keyOrPrefix} could not be removed`, error);
    }
  }

  /** Besides, removes what interrupted uploads left behind. */
  async check(): Promise<void> {
    const key = `check-${randomUUID()}`;
    const marker = Buffer.from(key);
    try {
      await this.put(key, asStream(marker), { signal: AbortSignal.timeout(5_000) });
      const { stream } = await this.get(key);
      const read = await buffer(stream);
      await this.remove(key);
      if (!read.equals(marker)) throw new Error('what was written is not what was read');
      await this.#removeLeftOvers();
    } catch (error) {
      throw storeFailed(`the artifact store ${this.#root} does not work`, error);
    }
  }

  async #removeLeftOvers(): Promise<void> {
    const folder = join(this.#root, TEMPORARY);
    for (const name of await readdir(folder)) {
      const stats = await stat(join(folder, name)).catch(() => null);
      if (stats !== null && stats.mtimeMs < Date.now() - LEFT_OVER_AFTER_MS)
        await rm(join(folder, name), { force: true });
    }
  }

  #path(key: string): string {
    if (!isArtifactKey(key)) throw new AppError('store_failed', `"${key}" is not a key of an artifact.`);
    return join(this.#root, key);
  }
}

const storeFailed = (what: string, cause: unknown): AppError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'store_failed',
    `${what}: ${reason}. Check the disk and the rights of the data directory.`,
    {
      cause,
    },
  );
};

const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const writeSynced = async (path: string, chunks: AsyncIterable<Uint8Array>): Promise<StoredBytes> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const file: FileHandle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
};

/** A rename is durable only once its directory is. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

async function* asStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Opens the file when the first byte is asked for: a reader that never starts leaks nothing. */
async function* readOnDemand(path: string, key: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw storeFailed(`${key} could not be read`, error);
  }
}
