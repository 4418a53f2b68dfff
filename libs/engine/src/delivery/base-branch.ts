import { AppError, deliveryBranch, isCommitId } from '@drydock/domain';
import type { ForgeSession, RepositoryFacts } from '../ports/forge.ts';
import type { ClaimedDelivery } from '../ports/delivery-store.ts';

export interface BaseBranch {
  readonly branch: string;
  /** How many of its commits the task did not start from. */
  readonly behind: number;
}

const notFound = (branch: string): AppError =>
  new AppError(
    'forge_base_not_found',
    `The repository has no branch ${branch} to merge into. Ask for a pull request with another base.`,
  );

/** What the task started from, unless it was a commit by its id. It may be a tag: then it is no branch either. */
const startedFrom = ({ task }: ClaimedDelivery): string | null => {
  const ref = task.base?.ref ?? null;
  return ref === null || isCommitId(ref) ? null : ref;
};

/**
 * The branch to merge into: the one asked for, else the one that the task started from, else the default branch.
 * @throws AppError `forge_base_not_found`, `forge_nothing_to_deliver` for a task without a commit, `forge_refused` for the pull request's own branch, and what the forge throws.
 */
export const findBaseBranch = async (
  session: ForgeSession,
  facts: RepositoryFacts,
  claim: ClaimedDelivery,
): Promise<BaseBranch> => {
  const asked = claim.order.base;
  if (asked === deliveryBranch(claim.task.id))
    throw new AppError(
      'forge_refused',
      'A pull request cannot merge a branch into itself. Name another base.',
    );
  const branch = asked ?? startedFrom(claim) ?? facts.defaultBranch;
  const from = claim.task.base?.commit;
  if (from == null)
    throw new AppError(
      'forge_nothing_to_deliver',
      'The task has no commit that a pull request could start from.',
    );
  // One question for two: whether the branch is there, and how far it has moved on.
  const behind = await session.commitsBehind(from, branch);
  if (behind !== null) return { branch, behind };
  if (asked !== null || branch === facts.defaultBranch) throw notFound(branch);
  const ofDefault = await session.commitsBehind(from, facts.defaultBranch);
  if (ofDefault === null) throw notFound(facts.defaultBranch);
  return { branch: facts.defaultBranch, behind: ofDefault };
};
