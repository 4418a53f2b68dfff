import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import createIgnore, { type Ignore } from 'ignore';

/** An ignore file and the folder that it speaks of. */
interface Rules {
  /** `''` at the root, else ending in `/`. */
  readonly folder: string;
  readonly ignore: Ignore;
}

/** The file nearest to a path has the last word, as with git. */
const isIgnored = (path: string, rules: readonly Rules[]): boolean => {
  for (const { folder, ignore } of rules.toReversed()) {
    const { ignored, unignored } = ignore.test(path.slice(folder.length));
    if (ignored || unignored) return ignored;
  }
  return false;
};

const rulesOf = async (root: string, folder: string): Promise<Rules[]> => {
  const text = await readFile(join(root, folder, '.gitignore'), 'utf8').catch(() => null);
  return text === null ? [] : [{ folder, ignore: createIgnore().add(text) }];
};

/** What is in a folder; null: it cannot be read, or not by its name. */
const entriesOf = (path: string): Promise<Dirent[] | null> =>
  readdir(path, { withFileTypes: true }).catch(() => null);

/**
 * The files below a folder that no `.gitignore` in it excludes, sorted; never what is in `.git`.
 * @param notes - gets a line for each folder that cannot be read.
 */
export const folderFiles = async (root: string, notes: string[]): Promise<string[]> => {
  const files: string[] = [];
  const walk = async (folder: string, above: readonly Rules[]): Promise<void> => {
    const rules = [...above, ...(await rulesOf(root, folder))];
    const entries = await entriesOf(join(root, folder));
    if (entries === null) notes.push(`${folder} cannot be read and is left out.`);
    for (const entry of entries ?? []) {
      if (entry.name === '.git') continue;
      const path = `${folder}${entry.name}`;
      if (!entry.isDirectory()) {
        if (!isIgnored(path, rules)) files.push(path);
      } else if (!isIgnored(`${path}/`, rules)) await walk(`${path}/`, rules);
    }
  };
  await walk('', []);
  return files.sort();
};
