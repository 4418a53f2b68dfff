import { readdir, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheBounds, CacheTrim, ProcessOwners, SourceCache } from '@drydock/engine';
import { foldersIn, isAbandoned, type FoundFolder } from '../host/owned-folders.ts';
import { evict, IN_USE_MS, isGoing, isStore, pruneCommits } from './stored-mirrors.ts';

export interface MirrorUpkeepOptions {
  readonly directory: string;
  readonly owners: ProcessOwners;
  /** How long after a touch a store counts as in use; default: twice the time of a checkout. */
  readonly inUseMs?: number;
}

const bytesOf = async (directory: string): Promise<number> => {
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true }).catch(() => []))
    bytes += await stat(join(directory, name)).then(
      (stats) => (stats.isFile() ? stats.size : 0),
      () => 0,
    );
  return bytes;
};

/** What no process will ever finish or finish removing. */
const isLeftOver = (folder: FoundFolder, owners: ProcessOwners, abandonedMs: number): boolean =>
  isGoing(folder) || isAbandoned(folder, owners, abandonedMs);

/**
 * Keeps the mirrors of this host within their bounds. Workers that share the directory may do so at once; a store that a
 * checkout of any of them may be using is left alone, which the touch at the beginning of its use tells.
 */
export class MirrorUpkeep implements SourceCache {
  readonly #directory: string;
  readonly #owners: ProcessOwners;
  readonly #inUseMs: number;

  constructor({ directory, owners, inUseMs = IN_USE_MS }: MirrorUpkeepOptions) {
    this.#directory = directory;
    this.#owners = owners;
    this.#inUseMs = inUseMs;
  }

  async trim({ unusedMs, maxBytes, abandonedMs }: CacheBounds): Promise<CacheTrim> {
    let [entries, abandoned] = [0, 0];
    for (const { path: mirror } of await foldersIn(this.#directory)) {
      for (const folder of await foldersIn(mirror)) {
        if (!isLeftOver(folder, this.#owners, abandonedMs)) continue;
        await rm(folder.path, { recursive: true, force: true });
        abandoned += 1;
      }
      entries += await pruneCommits(mirror, this.#inUseMs);
    }
    const kept = await this.#evictUnused(unusedMs);
    const sized = await this.#evictAbove(kept.stores, await this.#maxBytes(maxBytes));
    await this.#removeEmpty();
    return { entries: entries + kept.evicted + sized.evicted, abandoned, bytes: sized.bytes };
  }

  async #evictUnused(unusedMs: number | null): Promise<{ stores: FoundFolder[]; evicted: number }> {
    const stores: FoundFolder[] = [];
    let evicted = 0;
    for (const { path } of await foldersIn(this.#directory))
      for (const store of (await foldersIn(path)).filter(isStore)) {
        const isUnused = unusedMs !== null && Date.now() - store.usedAtMs > unusedMs;
        if (isUnused && this.#isFree(store) && (await evict(store))) evicted += 1;
        else stores.push(store);
      }
    return { stores: stores.sort((a, b) => a.usedAtMs - b.usedAtMs), evicted };
  }

  async #evictAbove(
    stores: readonly FoundFolder[],
    maxBytes: number,
  ): Promise<{ bytes: number; evicted: number }> {
    const sizes = await Promise.all(stores.map(({ path }) => bytesOf(path)));
    let bytes = sizes.reduce((sum, size) => sum + size, 0);
    let evicted = 0;
    for (const [index, store] of stores.entries()) {
      if (bytes <= maxBytes) break;
      if (!this.#isFree(store) || !(await evict(store))) continue;
      bytes -= sizes[index] ?? 0;
      evicted += 1;
    }
    return { bytes, evicted };
  }

  #isFree({ usedAtMs }: FoundFolder): boolean {
    return Date.now() - usedAtMs > this.#inUseMs;
  }

  async #maxBytes(maxBytes: CacheBounds['maxBytes']): Promise<number> {
    if (maxBytes === null) return Infinity;
    if (maxBytes !== 'tenth_of_disk') return maxBytes;
    const disk = await statfs(this.#directory).catch(() => null);
    return disk === null ? Infinity : (disk.blocks * disk.bsize) / 10;
  }

  async #removeEmpty(): Promise<void> {
    for (const { path } of await foldersIn(this.#directory)) await rmdir(path).catch(() => undefined); // not empty
  }
}
