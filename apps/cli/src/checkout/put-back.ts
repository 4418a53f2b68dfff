import { constants, copyFile, lstat, mkdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

type Step = () => Promise<void>;

/** What undoes a change at one name: first all that is in the way goes, then all that was there comes back. */
interface Memory {
  readonly clear: Step;
  readonly restore: Step;
}

const nothing: Step = () => Promise.resolve();
const kindOf = (path: string) => lstat(path).catch(() => null);

/** Never a folder with something in it. */
const remove = async (path: string): Promise<void> => {
  const found = await kindOf(path);
  if (found?.isDirectory()) await rmdir(path).catch(() => undefined);
  else if (found !== null) await rm(path);
};

/** The folders above a file that are not there yet, the innermost first. */
const missingFolders = async (path: string): Promise<string[]> => {
  const missing: string[] = [];
  for (let folder = dirname(path); (await kindOf(folder)) === null; folder = dirname(folder))
    missing.push(folder);
  return missing;
};

const rememberOne = async (path: string, copy: string): Promise<Memory> => {
  const found = await kindOf(path);
  const folders = found === null ? await missingFolders(path) : [];
  if (found?.isFile()) {
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    const clear = async (): Promise<void> => {
      if (!(await kindOf(path))?.isFile()) await remove(path);
    };
    return { clear, restore: () => copyFile(copy, path) };
  }
  if (found?.isSymbolicLink()) {
    const target = await readlink(path, { encoding: 'buffer' });
    return { clear: () => remove(path), restore: () => symlink(target, path) };
  }
  const clear = async (): Promise<void> => {
    if (found === null || !(await kindOf(path))?.isDirectory()) await remove(path);
    for (const folder of folders) await remove(folder);
  };
  return { clear, restore: nothing };
};

/**
 * Keeps copies of what is at these names below a folder.
 * @param copies - an empty folder, which has to outlive the use of the result.
 * @returns what puts everything back as it was.
 */
export const remember = async (root: string, names: readonly string[], copies: string): Promise<Step> => {
  const memories = new Map<string, Memory>();
  for (const name of [...new Set(names)].sort()) {
    const path = join(root, name);
    memories.set(path, await rememberOne(path, join(copies, String(memories.size))));
  }
  return async () => {
    // What is inside before what it is in.
    for (const { clear } of [...memories.values()].reverse()) await clear();
    for (const [path, { restore }] of memories) {
      if (restore !== nothing) await mkdir(dirname(path), { recursive: true });
      await restore();
    }
  };
};
