import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessOwners } from '@drydock/engine';

/** Name of a file that is gone again before its process ends, unless that is killed. */
export const ownedName = (owners: ProcessOwners, name: string): string => `${owners.mark}_${name}`;

const isLeftOver = async (path: string, state: string, olderThanMs: number): Promise<boolean> => {
  if (state !== 'unknown') return state === 'dead';
  const stats = await stat(path).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > olderThanMs;
};

/**
 * Removes the files of dead processes, and those of unknown ones that have not moved for so long. Those of a living one
 * stay, whatever their age: it removes them itself. @returns How many went.
 */
export const removeLeftOvers = async (
  folder: string,
  owners: ProcessOwners,
  olderThanMs: number,
): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const state = owners.stateOf(name.slice(0, Math.max(0, name.indexOf('_'))));
    if (!(await isLeftOver(path, state, olderThanMs))) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
};
