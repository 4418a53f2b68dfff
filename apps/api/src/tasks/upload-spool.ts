import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReceivedArchive } from '@drydock/engine';

/** Older ones were left by a process that was killed; no upload takes this long. */
const LEFT_OVER_MS = 3_600_000;

/** Uploaded ZIPs on disk, from their first byte until the answer. */
export class UploadSpool {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Streams to a new file; on any failure the file is gone before this rejects. */
  async receive(source: AsyncIterable<Buffer>): Promise<ReceivedArchive> {
    const path = join(this.#directory, `${randomUUID()}.zip`);
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
      await pipeline(source, counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, bytes, sha256: hash.digest('hex'), open: () => createReadStream(path) };
  }

  async drop(archive: ReceivedArchive): Promise<void> {
    await rm(archive.path, { force: true });
  }

  /** For the start: removes what a killed process left behind. */
  async dropLeftOvers(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.zip'))) {
      const path = join(this.#directory, name);
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > LEFT_OVER_MS) await rm(path, { force: true });
    }
  }
}
