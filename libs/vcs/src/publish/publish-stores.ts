import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessOwners } from '@drydock/engine';
import { foldersIn, halfMadePrefix, isAbandoned } from '../host/owned-folders.ts';

/** Directories of deliveries under way, each with the mark of the process that removes it. */
export class PublishStores {
  readonly #directory: string;
  readonly #owners: ProcessOwners;

  constructor(directory: string, owners: ProcessOwners) {
    this.#directory = directory;
    this.#owners = owners;
  }

  /** A new directory that only this process's user can read. */
  async make(): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    return await mkdtemp(join(this.#directory, halfMadePrefix(this.#owners.mark)));
  }

  /** Idempotent. */
  remove(store: string): Promise<void> {
    return rm(store, { recursive: true, force: true });
  }

  /** Removes what killed processes left. @returns How many directories went. */
  async removeLeftOvers(olderThanMs: number): Promise<number> {
    let removed = 0;
    for (const folder of await foldersIn(this.#directory)) {
      if (!isAbandoned(folder, this.#owners, olderThanMs)) continue;
      await this.remove(folder.path);
      removed += 1;
    }
    return removed;
  }
}
