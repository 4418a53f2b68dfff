import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AppError, AttemptAborted } from '@drydock/domain';
import type { ArtifactStore, ListedKey, ProcessOwners, StoredBytes } from '@drydock/engine';
import { boundedChunks, type Bounds } from './bounded-chunks.ts';
import { isArtifactKey } from './artifact-key.ts';
import { ownedName, removeLeftOvers } from './left-overs.ts';
import { listFiles } from './list-files.ts';
import { readOnDemand } from './read-on-demand.ts';

/** No key reaches it: keys have no segment that starts with a dot. */
const TEMPORARY = '.tmp';
/** A neighbour that removes an empty folder may come between making it and moving a file into it. */
const MOVE_TRIES = 5;

/**
 * Artifacts as files below one directory; on several hosts a shared volume. A file is written aside, synced and moved into
 * place, so that a key is absent or whole, also after a power failure.
 */
export class FilesystemArtifactStore implements ArtifactStore {
  readonly #root: string;
  readonly #owners: ProcessOwners;

  /** @param root - absolute; made when it does not exist. */
  constructor(root: string, owners: ProcessOwners) {
    this.#root = root;
    this.#owners = owners;
  }

  async put(key: string, source: AsyncIterable<Uint8Array>, bounds: Bounds): Promise<StoredBytes> {
    const path = this.#path(key);
    const aside = this.#aside();
    try {
      await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
      const stored = await writeSynced(aside, boundedChunks(source, bounds));
      bounds.signal.throwIfAborted();
      await moveInto(aside, path);
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
    return { bytes: stats.size, stream: readStored(path, key) };
  }

  /** Folders that are empty then go too. */
  async remove(keyOrPrefix: string): Promise<void> {
    try {
      const path = this.#path(keyOrPrefix);
      await rm(path, { recursive: true, force: true });
      await removeEmptyFolders(dirname(path), this.#root);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!isAbsence(error)) throw storeFailed(`${keyOrPrefix} could not be removed`, error);
    }
  }

  async *list(prefix: string, { after = '' }: { readonly after?: string } = {}): AsyncGenerator<ListedKey> {
    try {
      yield* listFiles({ root: this.#root, prefix, after });
    } catch (error) {
      throw storeFailed(`the keys at "${prefix}" could not be listed`, error);
    }
  }

  /** By a file of its own: on a shared volume the clock is another machine's. */
  async now(): Promise<Date> {
    const marker = this.#aside();
    try {
      await mkdir(dirname(marker), { recursive: true, mode: 0o700 });
      await writeFile(marker, '', { mode: 0o600 });
      return (await stat(marker)).mtime;
    } catch (error) {
      throw storeFailed(`the clock of ${this.#root} cannot be read`, error);
    } finally {
      await rm(marker, { force: true }).catch(() => undefined);
    }
  }

  removeHalfWritten(olderThanMs: number): Promise<number> {
    return removeLeftOvers(join(this.#root, TEMPORARY), this.#owners, olderThanMs).catch((error: unknown) => {
      throw storeFailed(`the left-overs of ${this.#root} could not be removed`, error);
    });
  }

  async check(): Promise<void> {
    const key = `check-${randomUUID()}`;
    const marker = Buffer.from(key);
    try {
      await this.put(key, asStream(marker), { signal: AbortSignal.timeout(5_000) });
      const { stream } = await this.get(key);
      const read = await buffer(stream);
      await this.remove(key);
      if (!read.equals(marker)) throw new Error('what was written is not what was read');
    } catch (error) {
      throw storeFailed(`the artifact store ${this.#root} does not work`, error);
    }
  }

  #aside(): string {
    return join(this.#root, TEMPORARY, ownedName(this.#owners, randomUUID()));
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

const moveInto = async (from: string, to: string): Promise<void> => {
  for (let tries = 1; ; tries++) {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    try {
      await rename(from, to);
      await syncDirectory(dirname(to));
      return;
    } catch (error) {
      if (tries >= MOVE_TRIES || !isAbsence(error)) throw error;
    }
  }
};

/** From `folder` up to `root`, which stays. */
const removeEmptyFolders = async (folder: string, root: string): Promise<void> => {
  for (let path = folder; path.startsWith(`${root}/`); path = dirname(path)) {
    const isRemoved = await rmdir(path).then(
      () => true,
      () => false, // not empty, or gone already
    );
    if (!isRemoved) return;
  }
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

/** A reader learns of a fault in the store's own words. */
async function* readStored(path: string, key: string): AsyncGenerator<Uint8Array> {
  try {
    yield* readOnDemand(path);
  } catch (error) {
    throw storeFailed(`${key} could not be read`, error);
  }
}
