import { chmod, copyFile, link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RAW_ATTRIBUTES } from '../host/git-environment.ts';

export const BASE_REF = 'refs/heads/base';

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';
const FOLDERS = ['objects', 'objects/pack', 'refs', 'refs/heads', 'info'];
const PACK_FILE = /^pack-[0-9a-f]+\.(pack|idx)$/;

export const packFiles = async (gitDir: string): Promise<string[]> =>
  (await readdir(join(gitDir, 'objects/pack'))).filter((name) => PACK_FILE.test(name));

export const isCode = (error: unknown, code: string): boolean =>
  Error.isError(error) && 'code' in error && error.code === code;

/** Collect reads the base as the sandbox's user, whatever the umask of the worker is. */
export const writeShown = async (path: string, content: string | Buffer): Promise<void> => {
  await writeFile(path, content);
  await chmod(path, 0o644);
};

export const showPacks = async (gitDir: string): Promise<void> => {
  for (const name of await packFiles(gitDir)) await chmod(join(gitDir, 'objects/pack', name), 0o444);
};

/** Makes an empty bare repository of an existing directory, without a git process, readable by everybody. */
export const initBare = async (directory: string): Promise<void> => {
  await chmod(directory, 0o755);
  for (const folder of FOLDERS) {
    await mkdir(join(directory, folder));
    await chmod(join(directory, folder), 0o755);
  }
  await Promise.all([
    writeShown(join(directory, 'HEAD'), `ref: ${BASE_REF}\n`),
    writeShown(join(directory, 'config'), CONFIG),
    writeShown(join(directory, 'info/attributes'), RAW_ATTRIBUTES),
  ]);
};

/** The text of `shallow`, or null: the commit has no parents. */
export const readShallow = (gitDir: string): Promise<string | null> =>
  readFile(join(gitDir, 'shallow'), 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  });

const linkOrCopy = (from: string, to: string): Promise<void> =>
  link(from, to).catch((error: unknown) => {
    if (isCode(error, 'EXDEV') || isCode(error, 'EPERM')) return copyFile(from, to); // another file system
    throw error;
  });

/**
 * Gives an empty bare repository the objects of a store that holds one commit. Packs are linked, not copied: both sides
 * belong to the worker, and a sandbox sees the repository read-only at most.
 */
export const fillFromStore = async (store: string, gitDir: string, commit: string): Promise<void> => {
  const shallow = await readShallow(store);
  if (shallow !== null) await writeShown(join(gitDir, 'shallow'), shallow);
  for (const name of await packFiles(store))
    await linkOrCopy(join(store, 'objects/pack', name), join(gitDir, 'objects/pack', name));
  await writeShown(join(gitDir, BASE_REF), `${commit}\n`);
};
