import { AppError, crashPoint, deliveryBranch } from '@drydock/domain';
import type { BranchRequest, PreparedBranch, PublishStep } from '../ports/branch-publisher.ts';
import type { DeliveryContext } from './delivery-context.ts';
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

const requestOf = async (
  { ports, settings, claim, token }: DeliveryContext,
  title: string,
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
    branch: deliveryBranch(task.id),
    baseCommit: task.base.commit,
    tree: task.resultTree,
    patch: await storedPatch(ports.artifacts, task),
    message: commitMessage(task.id, title, order.coAuthor),
    author: settings.author,
    // Nothing of the try: the same delivery must always give the same commit.
    at: task.finishedAt ?? task.createdAt,
  };
};

/** A person may have added commits to the branch once it was there; the one that is ours is among them then. */
const push = async ({ claim, signal }: DeliveryContext, prepared: PreparedBranch): Promise<void> => {
  try {
    await prepared.push(signal);
  } catch (error) {
    const isOursBelow = claim.found.commit === prepared.commit;
    if (!(error instanceof AppError && error.code === 'forge_branch_taken' && isOursBelow)) throw error;
  }
};

/**
 * Puts the verified patch onto the branch of the task as one commit. Again, it finds the branch on that commit and leaves it.
 * @returns the commit. @throws AppError `delivery_edits_workflows`, `delivery_path_not_allowed`, and what the publisher throws.
 */
export const publishBranch = async (context: DeliveryContext, title: string): Promise<string> => {
  const { ports, noteFound, signal } = context;
  const request = await requestOf(context, title);
  const onStep = (step: PublishStep): void => {
    POINTS[step]();
  };
  const prepared = await ports.publisher.prepare(request, onStep, signal);
  try {
    refusePaths(prepared.paths, context.pathRules);
    await push(context, prepared);
    crashPoint('delivery.pushed');
    await noteFound({ branch: request.branch, commit: prepared.commit });
    crashPoint('delivery.noted');
    return prepared.commit;
  } finally {
    await prepared.close();
  }
};
