import { usageError } from '../exit-codes.ts';
import { applyPatch, type Applied } from './apply-patch.ts';
import { type Git, gitMessage, STATUS } from './git.ts';
import type { Place } from './find-place.ts';

export interface BranchRequest {
  readonly place: Place;
  readonly patch: Uint8Array;
  readonly environment: Readonly<Record<string, string>>;
  readonly branch: string;
  /** Of the commit. */
  readonly message: string;
}

export interface AppliedOnBranch extends Applied {
  /** Null when there were other changes, which a commit would have to be told apart from. */
  readonly commit: string | null;
  /** Why there is no commit. */
  readonly note: string | null;
}

/** @throws CliError when the branch cannot be made; before anything else happens, so that nobody waits for nothing. */
export const checkBranch = async ({ git, root }: Place, branch: string): Promise<Git> => {
  if (git === null)
    throw usageError(`--branch: ${root} is no git checkout. Leave the flag out, or run \`git init\`.`);
  const isName = await git('check-ref-format', '--branch', branch).catch(() => null);
  if (isName === null)
    throw usageError(`--branch: "${branch}" is no name for a branch. Use one such as fix-totals.`);
  const known = await git('rev-parse', '--verify', '--quiet', `refs/heads/${branch}`).catch(() => '');
  if (known !== '') throw usageError(`--branch: ${branch} exists. Name a new branch.`);
  return git;
};

/** What undoes the making of a branch. Nothing has been committed by then, so that no file is touched. */
const wayBack = async (git: Git, branch: string): Promise<() => Promise<void>> => {
  const from = (await git('symbolic-ref', '--quiet', 'HEAD').catch(() => '')).trim();
  const head = (await git('rev-parse', '--verify', '--quiet', 'HEAD').catch(() => '')).trim();
  return async () => {
    // Not by `switch`, which finds no branch that has no commit yet.
    await (from === '' ? git('switch', '--quiet', '--detach', head) : git('symbolic-ref', 'HEAD', from));
    await git('branch', '--quiet', '-D', branch).catch(() => undefined); // without a commit it is gone already
  };
};

/** Makes a branch at what is checked out, applies the patch there, and commits it if nothing else was changed. */
export const applyOnBranch = async (request: BranchRequest): Promise<AppliedOnBranch> => {
  const { place, patch, environment, branch, message } = request;
  const git = await checkBranch(place, branch);
  const isClean = (await git(...STATUS)) === '';
  const goBack = await wayBack(git, branch);
  let applied: Applied;
  try {
    await git('switch', '--quiet', '--create', branch).catch((error: unknown) => {
      throw usageError(`--branch: git does not make ${branch}: ${gitMessage(error)}`);
    });
    applied = await applyPatch(place, patch, environment);
  } catch (error) {
    await goBack();
    throw error;
  }
  if (!isClean)
    return { ...applied, commit: null, note: 'Not committed, as there were other changes before.' };
  try {
    await git('add', '--all');
    await git('commit', '--quiet', '-m', message);
    return { ...applied, commit: (await git('rev-parse', 'HEAD')).trim(), note: null };
  } catch (error) {
    return { ...applied, commit: null, note: `Not committed: ${gitMessage(error)}` };
  }
};
