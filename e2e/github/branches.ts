import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositoryState } from '@drydock/testing';
import { git } from '../system/repositories.ts';

/** Names of all branches that Drydock has made. */
export const drydockBranches = async ({ git: { directory } }: RepositoryState): Promise<string[]> => {
  const names = await git(directory, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/drydock');
  return names === '' ? [] : names.split('\n');
};

/** The tree that git itself makes of the patch applied on the base, in a clone of its own. */
export const appliedTree = async (
  { git: { directory } }: RepositoryState,
  base: string,
  patch: Uint8Array,
): Promise<string> => {
  const clone = await mkdtemp(join(tmpdir(), 'drydock-applied-'));
  try {
    await git(clone, 'clone', '--quiet', '--no-checkout', directory, '.');
    await writeFile(join(clone, 'diff.patch'), patch);
    await git(clone, 'read-tree', base);
    await git(clone, 'apply', '--cached', '--whitespace=nowarn', 'diff.patch');
    return await git(clone, 'write-tree');
  } finally {
    await rm(clone, { recursive: true });
  }
};

/** Commits that a branch has and the base lacks. */
export const commitsOf = async (repository: RepositoryState, base: string, branch: string) => {
  const tip = (await repository.git.tip(branch)) ?? '';
  const ids = await repository.git.commitsBetween(base, tip);
  return Promise.all(ids.map((id) => repository.git.commit(id)));
};
