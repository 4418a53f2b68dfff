import { nulSeparated } from './byte-path.ts';
import { CollectFailure } from './collect-failure.ts';
import { GitFailed, type Git } from './git.ts';
import type { WorkspaceChanges } from './workspace-changes.ts';

const NO_OBJECT = '0'.repeat(40);

const removalLines = (paths: readonly string[]): Buffer =>
  nulSeparated(paths.map((path) => `0 ${NO_OBJECT}\t${path}`));

/**
 * Brings the changes into the index: first what is gone, so that a file can take a folder's place and the other way round.
 * @returns the id of the resulting tree.
 * @throws CollectFailure when git refuses a path.
 */
export const stageChanges = async (git: Git, { toAdd, toRemove }: WorkspaceChanges): Promise<string> => {
  try {
    if (toRemove.length > 0)
      await git.run({ args: ['update-index', '-z', '--index-info'], input: removalLines(toRemove) });
    if (toAdd.length > 0)
      await git.run({ args: ['update-index', '--add', '-z', '--stdin'], input: nulSeparated(toAdd) });
    return await git.line('write-tree');
  } catch (error) {
    if (error instanceof GitFailed) throw new CollectFailure('collect_uncollectable', error.message);
    throw error;
  }
};
