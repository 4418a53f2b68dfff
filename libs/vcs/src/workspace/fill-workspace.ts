import { join } from 'node:path';
import { RepositoryDamaged, type GitHost } from '../host/git-host.ts';
import { writeShown } from '../mirror/bare-repository.ts';
import { encodeIndex } from '../tree/index-file.ts';
import { readObjects } from '../tree/object-reader.ts';
import { listTree } from '../tree/list-tree.ts';
import type { TreeEntry } from '../tree/tree-entry.ts';
import { makeAgentGitDir } from './agent-git-dir.ts';
import { readBaseFacts, type BaseFacts } from './base-facts.ts';
import { BASE_INDEX } from './base-index.ts';
import type { SandboxUser } from './sandbox-user.ts';
import { settleFiles } from './settle-files.ts';

export interface WorkspaceToFill {
  readonly base: string;
  readonly work: string;
  /** In the repository `base`. */
  readonly commit: string;
  /** The files came out of an archive; else they are checked out. */
  readonly hasFiles: boolean;
  readonly user: SandboxUser | null;
  /** The commit itself says how to work on it. */
  readonly isTrusted: boolean;
}

export interface FilledWorkspace {
  readonly tree: string;
  readonly facts: BaseFacts;
}

/** Waits for all, also when one fails: nobody may still write into an area when its failure is known. */
const all = async <A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> => {
  await Promise.allSettled([a, b]);
  return [await a, await b];
};

const treeOf = async (git: GitHost, place: WorkspaceToFill, signal: AbortSignal): Promise<string> => {
  const [commit] = await readObjects({ git, gitDir: place.base }, [place.commit], signal);
  const tree = /^tree ([0-9a-f]{40})$/m.exec(commit?.toString('latin1') ?? '')?.[1];
  if (tree === undefined) throw new RepositoryDamaged(`${place.commit} is no commit`);
  return tree;
};

const fillFiles = async (
  git: GitHost,
  { place, entries }: { place: WorkspaceToFill; entries: readonly TreeEntry[] },
  signal: AbortSignal,
): Promise<void> => {
  const { base, work, commit, user } = place;
  const index = join(base, BASE_INDEX);
  if (!place.hasFiles) {
    await writeShown(index, encodeIndex(entries));
    const env = { GIT_INDEX_FILE: index };
    await git.must({
      args: ['checkout-index', '--all', '--quiet'],
      gitDir: base,
      workTree: work,
      env,
      signal,
    });
  }
  const stats = await settleFiles(work, entries, { user, signal });
  await writeShown(
    index,
    encodeIndex(entries, (i) => stats[i] ?? null),
  );
  await makeAgentGitDir(base, work, { commit, user });
};

/**
 * From a base repository to a workspace: limits checked, files written and given to the sandbox's user, index and
 * disposable `.git` made. Three git processes, two of them at once.
 * @throws AppError `repo_…`, `config_invalid`, `source_invalid`; GitFailed or RepositoryDamaged when `base` is not sound.
 */
export const fillWorkspace = async (
  git: GitHost,
  place: WorkspaceToFill,
  signal: AbortSignal,
): Promise<FilledWorkspace> => {
  const [entries, tree] = await all(
    listTree(git, { gitDir: place.base, commit: place.commit }, signal),
    treeOf(git, place, signal),
  );
  const read = (ids: readonly string[]): Promise<Buffer[]> =>
    readObjects({ git, gitDir: place.base }, ids, signal);
  const [facts] = await all(
    readBaseFacts(entries, read, { maxConfigBytes: git.limits.maxConfigBytes, isTrusted: place.isTrusted }),
    fillFiles(git, { place, entries }, signal),
  );
  return { tree, facts };
};
