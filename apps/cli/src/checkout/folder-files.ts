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

/** The files below a folder that no `.gitignore` in it excludes, sorted; never what is in `.git`. */
export const folderFiles = async (root: string): Promise<string[]> => {
  const files: string[] = [];
  const walk = async (folder: string, above: readonly Rules[]): Promise<void> => {
    const rules = [...above, ...(await rulesOf(root, folder))];
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
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
