import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedKey } from '@drydock/engine';
import { isArtifactKey } from './artifact-key.ts';

interface Walk {
  readonly root: string;
  readonly prefix: string;
  readonly after: string;
}

interface Entry {
  /** Key of a file; of a folder with the slash that all keys in it have. */
  readonly path: string;
  readonly isFolder: boolean;
}

const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** With its slash a folder sorts where its keys do: after `a-b`, before `a0`. */
const entriesIn = async (root: string, folder: string): Promise<Entry[]> => {
  const found = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
  return found
    .filter((entry) => (entry.isFile() || entry.isDirectory()) && isArtifactKey(folder + entry.name))
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { path: folder + entry.name + (isFolder ? '/' : ''), isFolder };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** Whether a key that is wanted can be below the folder. */
const mayHold = (folder: string, { prefix, after }: Walk): boolean =>
  (folder.startsWith(prefix) || prefix.startsWith(folder)) && (folder > after || after.startsWith(folder));

async function* walk(where: Walk, folder: string): AsyncGenerator<ListedKey> {
  for (const { path, isFolder } of await entriesIn(where.root, folder)) {
    if (isFolder) {
      if (mayHold(path, where)) yield* walk(where, path);
    } else if (path.startsWith(where.prefix) && path > where.after) {
      const stats = await stat(join(where.root, path)).catch((error: unknown) => {
        if (isGone(error)) return null;
        throw error;
      });
      if (stats !== null) yield { key: path, bytes: stats.size, modifiedAt: stats.mtime };
    }
  }
}

/** The files below `root` as keys, in the order of their characters; one folder at a time is in memory. */
export const listFiles = (where: Walk): AsyncGenerator<ListedKey> => walk(where, '');
