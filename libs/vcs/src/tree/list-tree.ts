import type { GitHost } from '../host/git-host.ts';
import type { TreeEntry } from './tree-entry.ts';
import { TreeListing } from './tree-listing.ts';

interface TreeToList {
  readonly gitDir: string;
  readonly commit: string;
  /** Only these, and what is below them; left out: everything. */
  readonly paths?: readonly string[];
}

/**
 * What the tree of a commit holds, within the limits of the host.
 * @throws AppError `repo_…`, `source_invalid`; GitFailed when the repository is not sound.
 */
export const listTree = async (
  git: GitHost,
  { gitDir, commit, paths = [] }: TreeToList,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> => {
  const listing = new TreeListing(git.limits);
  await git.must({
    args: ['ls-tree', '-r', '-t', '-l', '-z', '--end-of-options', commit, ...paths],
    gitDir,
    onOutput: (piece) => listing.take(piece),
    signal,
  });
  return listing.finish();
};
