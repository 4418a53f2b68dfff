import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@drydock/domain';
import type { ProcessOwners, ReceivedArchive } from '@drydock/engine';
import { ownedName, ProcOwners, readOnDemand, removeLeftOvers } from '@drydock/storage';

const DISK_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'ENOTDIR']);

/** A fault of ours, unlike the client's socket that breaks in the middle. */
const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && DISK_CODES.has((error as NodeJS.ErrnoException).code);

/** Uploaded ZIPs on disk, from their first byte until the answer. */
export class UploadSpool {
  readonly #directory: string;
  readonly #owners: ProcessOwners;

  constructor(directory: string, owners: ProcessOwners = new ProcOwners()) {
    this.#directory = directory;
    this.#owners = owners;
  }

  /** Streams to a new file; on any failure the file is gone before this rejects. */
  async receive(source: AsyncIterable<Buffer>): Promise<ReceivedArchive> {
    const path = join(this.#directory, ownedName(this.#owners, `${randomUUID()}.zip`));
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      // Made before anything can fail: a stream that still opens its file would make it after it was removed.
      const file = await open(path, 'wx', 0o600);
      await pipeline(source, counted, file.createWriteStream());
    } catch (error) {
      await rm(path, { force: true });
      throw isOfDisk(error)
        ? new AppError('store_failed', 'An upload could not be spooled.', { cause: error })
        : error;
    }
    return { path, bytes, sha256: hash.digest('hex'), open: () => readOnDemand(path) };
  }

  async drop(archive: ReceivedArchive): Promise<void> {
    await rm(archive.path, { force: true });
  }

  /**
   * Removes what killed processes left behind: at once on this machine, after `olderThanMs` where nobody can tell whether
   * the process lives. @returns How many files went.
   */
  dropLeftOvers(olderThanMs: number): Promise<number> {
    return removeLeftOvers(this.#directory, this.#owners, olderThanMs);
  }
}
