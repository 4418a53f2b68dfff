import { rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { OPERATOR_LIMITS } from '@drydock/domain';
import { foldersIn, markOf, type FoundFolder } from '../host/owned-folders.ts';
import { isCode } from './bare-repository.ts';

/** Folders in a mirror that are no store: half-made ones with the mark of who makes them, and ones on their way out. */
const ON_ITS_WAY_OUT = 'gone-';
const KEPT_COMMITS = 3;

/** Whoever uses a store touches it first and is done when its checkout ends; twice that, as clocks and timers go. */
export const IN_USE_MS = 2 * OPERATOR_LIMITS.checkoutSeconds * 1000;

export const isGoing = ({ name }: FoundFolder): boolean => name.startsWith(ON_ITS_WAY_OUT);
export const isStore = (folder: FoundFolder): boolean => markOf(folder.name) === null && !isGoing(folder);

/**
 * Takes a store away whole: whoever comes to it afterwards finds nothing, never a half. One that somebody touched since it
 * was looked at is put back. @returns Whether it is gone.
 */
export const evict = async ({ path, usedAtMs }: FoundFolder): Promise<boolean> => {
  const aside = join(dirname(path), `${ON_ITS_WAY_OUT}${randomUUID()}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false; // another worker was first
    throw error;
  }
  const stats = await stat(aside).catch(() => null);
  const isBack =
    stats !== null &&
    stats.mtimeMs !== usedAtMs &&
    (await rename(aside, path).then(
      () => true,
      () => false, // it was fetched anew meanwhile
    ));
  if (!isBack) await rm(aside, { recursive: true, force: true });
  return !isBack;
};

/** Keeps the commits of one repository that were used last, and those that a checkout may be using. @returns How many went. */
export const pruneCommits = async (mirror: string, inUseMs: number): Promise<number> => {
  const stores = (await foldersIn(mirror)).filter(isStore).slice(0, -KEPT_COMMITS);
  let pruned = 0;
  for (const store of stores) if (Date.now() - store.usedAtMs > inUseMs && (await evict(store))) pruned += 1;
  return pruned;
};
