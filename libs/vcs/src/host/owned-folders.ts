import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessOwners } from '@drydock/engine';

/** Begins the name of a folder that is gone, or has another name, before its process ends, unless that is killed. */
const HALF_MADE = 'tmp-';

export interface FoundFolder {
  readonly name: string;
  readonly path: string;
  /** When it was last used, or moved. */
  readonly usedAtMs: number;
}

/** For `mkdtemp`. */
export const halfMadePrefix = (mark: string): string => `${HALF_MADE}${mark}_`;

/** Null: the folder is not half-made. */
export const markOf = (name: string): string | null =>
  name.startsWith(HALF_MADE)
    ? name.slice(HALF_MADE.length, Math.max(HALF_MADE.length, name.lastIndexOf('_')))
    : null;

/** Half-made by a process that is dead, or by nobody known and so long ago. */
export const isAbandoned = (
  { name, usedAtMs }: FoundFolder,
  owners: ProcessOwners,
  olderThanMs: number,
): boolean => {
  const mark = markOf(name);
  if (mark === null) return false;
  const state = owners.stateOf(mark);
  return state === 'dead' || (state === 'unknown' && Date.now() - usedAtMs > olderThanMs);
};

/** What is in a folder, as far as it is still there; least recently used first. */
export const foldersIn = async (directory: string): Promise<FoundFolder[]> => {
  const found: FoundFolder[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const stats = await stat(path).catch(() => null);
    if (stats?.isDirectory() === true) found.push({ name, path, usedAtMs: stats.mtimeMs });
  }
  return found.sort((a, b) => a.usedAtMs - b.usedAtMs);
};
