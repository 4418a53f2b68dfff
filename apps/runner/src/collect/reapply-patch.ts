import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CollectFailure } from './collect-failure.ts';
import { GitFailed, type Git } from './git.ts';
import { isWantOfRoom } from './no-room.ts';

/**
 * The proof: applies the patch to the base in an object store that never saw the agent's objects. The trees must be equal.
 * @param git - A fresh git directory whose index is that of the base.
 * @throws CollectFailure `collect_not_exact`; the patch is removed.
 * @throws GitFailed when there was no room for the proof.
 */
export const reapplyPatch = async (
  git: Pick<Git, 'run' | 'line'>,
  patchFile: string,
  resultTree: string,
): Promise<void> => {
  const refuse = (why: string): CollectFailure => {
    rmSync(patchFile, { force: true });
    return new CollectFailure('collect_not_exact', `The patch does not reproduce the workspace: ${why}`);
  };
  let tree: string;
  try {
    await git.run({ args: ['apply', '--cached', '--whitespace=nowarn', '--', patchFile] });
    tree = await git.line('write-tree');
  } catch (error) {
    if (error instanceof GitFailed && !isWantOfRoom(error)) throw refuse(error.message);
    throw error;
  }
  if (tree !== resultTree) throw refuse(`it gives the tree ${tree} instead of ${resultTree}.`);
};

/** Writes all files of an index into a directory that has at most a `.git` made by the host. */
export const fillVerifyDirectory = async (git: Git, baseIndex: string, directory: string): Promise<void> => {
  await git.run({ args: ['checkout-index', '--all', '--force', '--quiet'] });
  // The host's `.git` has an index of the base already; a missing one would show every file as deleted
  const index = join(directory, '.git/index');
  if (existsSync(join(directory, '.git')) && !existsSync(index)) copyFileSync(baseIndex, index);
};
