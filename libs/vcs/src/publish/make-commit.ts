import type { BranchRequest } from '@drydock/engine';
import { GitFailed, hasNoRoom, RepositoryDamaged, type GitHost, type GitRun } from '../host/git-host.ts';

/** The patch does not apply, or gives another tree: its own fault, or that of a damaged base. */
export class PatchNotExact extends RepositoryDamaged {}

/** A repository of one delivery, which has the base commit and no work tree. */
export interface PublishPlace {
  readonly git: Pick<GitHost, 'run' | 'must'>;
  readonly gitDir: string;
  readonly signal: AbortSignal;
}

/** The store lives as long as the delivery: a power cut takes both. */
const CONFIG = { 'core.fsync': 'none' };
const NUL = '\0';

const output = async (
  { git, ...place }: PublishPlace,
  args: readonly string[],
  more: Partial<GitRun> = {},
): Promise<Buffer> => (await git.must({ ...place, args, config: CONFIG, ...more })).stdout;

/**
 * Applies the patch to the base as collect did when it proved it: raw bytes, no work tree, no white space mended.
 * @throws PatchNotExact; GitFailed when the base is unreadable or the disk is full.
 */
export const makeTree = async (
  place: PublishPlace,
  patchFile: string,
  { baseCommit, tree }: Pick<BranchRequest, 'baseCommit' | 'tree'>,
): Promise<void> => {
  await output(place, ['read-tree', baseCommit]);
  const { git, ...rest } = place;
  const args = ['apply', '--cached', '--whitespace=nowarn', '--', patchFile];
  const applied = await git.run({ ...rest, args, config: CONFIG });
  if (applied.exitCode !== 0 && hasNoRoom(applied)) throw new GitFailed('apply', applied);
  if (applied.exitCode !== 0) throw new PatchNotExact(`git apply: ${applied.stderr.slice(0, 2000)}`);
  const given = (await output(place, ['write-tree'])).toString().trim();
  if (given !== tree) throw new PatchNotExact(`The patch gives the tree ${given} instead of ${tree}.`);
};

/** Author and committer are one, and the time is the request's: what is made again after a crash is the same commit. */
const identity = ({ author: { name, email }, at }: BranchRequest): Record<string, string> => {
  const date = `${String(Math.floor(at.getTime() / 1000))} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
};

/** @returns Id of the commit of the tree on the base. */
export const makeCommit = async (place: PublishPlace, request: BranchRequest): Promise<string> => {
  const args = ['commit-tree', request.tree, '-p', request.baseCommit, '-F', '-'];
  const input = [Buffer.from(request.message.replace(/\n*$/, '\n'))]; // as every other commit ends
  return (await output(place, args, { input, env: identity(request) })).toString().trim();
};

/** @returns Paths that differ, both sides of a rename among them, as bytes in Latin-1. */
export const touchedPaths = async (
  place: PublishPlace,
  { baseCommit, tree }: Pick<BranchRequest, 'baseCommit' | 'tree'>,
): Promise<string[]> => {
  const args = ['diff-tree', '-r', '--name-only', '--no-renames', '-z', baseCommit, tree];
  return (await output(place, args)).toString('latin1').split(NUL).slice(0, -1);
};
