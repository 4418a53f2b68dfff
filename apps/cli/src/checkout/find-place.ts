import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { usageError } from '../exit-codes.ts';
import { type Git, gitIn, gitMessage } from './git.ts';

/** The folder that a task is about. */
export interface Place {
  /** Of a checkout its top, whichever folder inside was named. */
  readonly root: string;
  /** Null in a folder that is no checkout, or without a git program. */
  readonly git: Git | null;
}

const NO_GIT = /not a git repository|ENOENT/;

/** @throws CliError when there is no such folder, or git refuses to look at it. */
export const findPlace = async (
  folder: string,
  environment: Readonly<Record<string, string>>,
  flag: string,
): Promise<Place> => {
  const path = resolve(folder);
  if (!(await stat(path).catch(() => null))?.isDirectory())
    throw usageError(`${flag}: ${path} is no folder. Name an existing one.`);
  try {
    const git = gitIn(path, { environment });
    const root = (await git('rev-parse', '--show-toplevel')).replace(/\n$/, '');
    // A checkout further up may have nothing to do with this folder: many keep their home directory in one.
    if (await isIgnored(git)) return { root: await realpath(path), git: null };
    return { root, git: gitIn(root, { environment }) };
  } catch (error) {
    if (NO_GIT.test(gitMessage(error))) return { root: await realpath(path), git: null };
    throw usageError(`git refuses to work in ${path}: ${gitMessage(error)}`);
  }
};

const isIgnored = (git: Git): Promise<boolean> =>
  git('check-ignore', '--quiet', '.').then(
    () => true,
    () => false,
  );
