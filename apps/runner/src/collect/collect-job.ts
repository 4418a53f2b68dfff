import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectJob, CollectResult } from '@drydock/contracts';
import type { JobContext } from '../jobs/job-context.ts';
import { failed, finished, type JobEnd } from '../protocol/done-codes.ts';
import { readBaseTree, readTrustedStats } from './base-tree.ts';
import { CollectFailure } from './collect-failure.ts';
import { Git } from './git.ts';
import { makeGitDirectory } from './git-directory.ts';
import { openIgnoreRules } from './ignore-rules.ts';
import { Notices } from './notices.ts';
import { fillVerifyDirectory, reapplyPatch } from './reapply-patch.ts';
import { noticeSetupChanges } from './setup-changes.ts';
import { stageChanges } from './stage-changes.ts';
import { WorkspaceWalk } from './walk-workspace.ts';
import type { WorkspaceChanges } from './workspace-changes.ts';
import { countChanges, writePatch } from './write-patch.ts';

/** The host's index of the base: stat data of the workspace as it was before anything untrusted ran. */
const TRUSTED_INDEX = 'drydock-index';
const PATCH = 'diff.patch';

/** The git directories of one collect, all below the out directory. */
interface Places {
  /** Reads objects and trees. */
  readonly objects: Git;
  /** Sees the workspace; its index begins as the base and ends as the result. */
  readonly work: Git;
  /** The base's index as it was read. */
  readonly baseIndex: string;
  /** For the proof: base objects and the patch, nothing else. */
  readonly proofDirectory: string;
}

const openPlaces = async (job: CollectJob, { groups, workspace }: JobContext): Promise<Places> => {
  const scratch = join(job.outDirectory, 'scratch');
  const gitDir = makeGitDirectory(join(scratch, 'work.git'), job.baseGitDir);
  const work = new Git(groups, { gitDir, workTree: workspace });
  const objects = new Git(groups, { gitDir });
  await objects.run({ args: ['read-tree', job.baseCommit] });
  const baseIndex = join(scratch, 'base-index');
  copyFileSync(join(gitDir, 'index'), baseIndex);
  const proofDirectory = makeGitDirectory(join(scratch, 'proof.git'), job.baseGitDir);
  copyFileSync(baseIndex, join(proofDirectory, 'index'));
  return { objects, work, baseIndex, proofDirectory };
};

const findChanges = async (
  job: CollectJob,
  context: JobContext,
  places: Places,
): Promise<WorkspaceChanges> => {
  const { groups, workspace, signal, writer } = context;
  const base = readBaseTree(places.baseIndex);
  const scratch = join(job.outDirectory, 'scratch', 'ignore');
  mkdirSync(scratch);
  const rulesGit = new Git(groups, { gitDir: places.work.place.gitDir, workTree: scratch });
  const rules = await openIgnoreRules(rulesGit, base, groups);
  const notices = new Notices();
  try {
    return await new WorkspaceWalk({
      root: workspace,
      base,
      trusted: readTrustedStats(join(job.baseGitDir, TRUSTED_INDEX), base),
      rules,
      notices,
      limits: job,
      signal,
    }).run();
  } finally {
    rules.close();
    notices.send(writer);
  }
};

const makePatch = async (
  job: CollectJob,
  places: Places,
  trees: { baseTree: string; resultTree: string },
): Promise<CollectResult> => {
  const file = join(job.outDirectory, PATCH);
  if (trees.baseTree === trees.resultTree) {
    writeFileSync(file, '', { flag: 'wx' });
    return { ...trees, patchBytes: 0, files: 0, insertions: 0, deletions: 0 };
  }
  const [patchBytes, counts] = await Promise.all([
    writePatch(places.objects, trees, { file, maxBytes: job.maxPatchBytes }),
    countChanges(places.objects, trees),
  ]);
  return { ...trees, patchBytes, ...counts };
};

const tellOfSetup = async (
  { agentStartedAtMs }: CollectJob,
  { workspace, writer }: JobContext,
  { git, result }: { git: Git; result: CollectResult },
): Promise<void> => {
  if (agentStartedAtMs === null) return;
  const notices = new Notices();
  await noticeSetupChanges(git, result, { workspace, agentStartedAtMs, notices });
  notices.send(writer);
};

const prove = async (
  job: CollectJob,
  { groups }: JobContext,
  { places, result }: { places: Places; result: CollectResult },
): Promise<void> => {
  const gitDir = places.proofDirectory;
  if (result.patchBytes > 0)
    await reapplyPatch(new Git(groups, { gitDir }), join(job.outDirectory, PATCH), result.resultTree);
  if (job.verifyDirectory !== null) {
    const git = new Git(groups, { gitDir, workTree: job.verifyDirectory });
    await fillVerifyDirectory(git, places.baseIndex, job.verifyDirectory);
  }
};

/**
 * Makes the patch of the workspace against its base and proves it. Nothing that the agent could write is ever obeyed:
 * neither its `.git` nor its ignore rules nor its attributes.
 */
export const runCollectJob = async (job: CollectJob, context: JobContext): Promise<JobEnd> => {
  try {
    const places = await openPlaces(job, context);
    const baseTree = await places.objects.line(
      'rev-parse',
      '--verify',
      '--end-of-options',
      `${job.baseCommit}^{tree}`,
    );
    const resultTree = await stageChanges(places.work, await findChanges(job, context, places));
    const result = await makePatch(job, places, { baseTree, resultTree });
    await tellOfSetup(job, context, { git: places.objects, result });
    await prove(job, context, { places, result });
    return { ...finished('The patch was made and proven.'), collect: result };
  } catch (error) {
    if (error instanceof CollectFailure) return failed(error.code, error.message);
    throw error;
  }
};
