import { AppError, crashPoint } from '@drydock/domain';
import type { BranchRequest, PreparedBranch, PublishStep } from '../ports/branch-publisher.ts';
import type { ForgeSession, GitPerson, PullRequest } from '../ports/forge.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { targetBranch } from './delivery-target.ts';
import { storedPatch } from './stored-patch.ts';
import { commitMessage } from './text/commit-message.ts';
import { refusePaths } from './refuse-paths.ts';

const POINTS: Record<PublishStep, () => void> = {
  fetched: () => {
    crashPoint('delivery.fetched');
  },
  tree: () => {
    crashPoint('delivery.tree');
  },
  commit: () => {
    crashPoint('delivery.commit');
  },
};

/** What the commit says, besides what the task itself says. */
export interface CommitWords {
  /** One neutral line. */
  readonly title: string;
  readonly author: GitPerson;
}

/** A commit, and the pull request that it is part of. */
export interface Delivered {
  readonly commit: string;
  readonly pull: PullRequest;
}

const requestOf = async (
  { ports, claim, token }: DeliveryContext,
  { title, author }: CommitWords,
): Promise<BranchRequest> => {
  const { task, order } = claim;
  const url = task.request.source?.git?.url;
  if (url === undefined || task.base?.commit == null || task.resultTree === null)
    throw new AppError(
      'forge_nothing_to_deliver',
      'The task has no commit that a pull request could start from.',
    );
  return {
    teamId: task.teamId,
    url,
    token,
    branch: targetBranch(task),
    // A branch of the task's own is made; another one must be where the task found it.
    expectedTip: task.parentId === null ? null : task.base.commit,
    baseCommit: task.base.commit,
    tree: task.resultTree,
    patch: await storedPatch(ports.artifacts, task),
    message: commitMessage(task.id, title, order.coAuthor),
    author,
    // Nothing of the try: the same delivery must always give the same commit.
    at: task.finishedAt ?? task.createdAt,
  };
};

/** A person may have added commits to the branch once it was there; the one that is ours is among them then. */
export const pushUnlessThere = async (
  { claim, signal }: DeliveryContext,
  session: Pick<ForgeSession, 'hasCommit'>,
  prepared: PreparedBranch,
): Promise<void> => {
  const { commit } = prepared;
  try {
    await prepared.push(signal);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'forge_branch_taken')) throw error;
    const isBelow =
      claim.found.commit === commit || (await session.hasCommit(targetBranch(claim.task), commit));
    if (!isBelow) throw error;
  }
};

/**
 * Puts the verified patch onto its branch as one commit. Again, it finds the branch on that commit and leaves it.
 * @param push - puts the commit there, or finds it there.
 * @returns the commit. @throws AppError `delivery_edits_workflows`, `delivery_path_not_allowed`, and what the publisher throws.
 */
export const publishBranch = async (
  context: DeliveryContext,
  words: CommitWords,
  push: (prepared: PreparedBranch) => Promise<void>,
): Promise<string> => {
  const { ports, noteFound, signal } = context;
  const request = await requestOf(context, words);
  const onStep = (step: PublishStep): void => {
    POINTS[step]();
  };
  const prepared = await ports.publisher.prepare(request, onStep, signal);
  try {
    refusePaths(prepared.paths, context.pathRules);
    await push(prepared);
    crashPoint('delivery.pushed');
    await noteFound({ branch: request.branch, commit: prepared.commit });
    crashPoint('delivery.noted');
    return prepared.commit;
  } finally {
    await prepared.close();
  }
};
