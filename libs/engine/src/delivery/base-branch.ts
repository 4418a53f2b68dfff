import { AppError, deliveryBranch, isCommitId } from '@drydock/domain';
import type { ForgeSession, RepositoryFacts } from '../ports/forge.ts';
import type { ClaimedDelivery } from '../ports/delivery-store.ts';

export interface BaseBranch {
  readonly branch: string;
  readonly tip: string;
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
 * @throws AppError `forge_base_not_found`, `forge_refused` for the pull request's own branch, and what the forge throws.
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
  const tip = await session.branchTip(branch);
  if (tip !== null) return { branch, tip };
  if (asked !== null || branch === facts.defaultBranch) throw notFound(branch);
  const defaultTip = await session.branchTip(facts.defaultBranch);
  if (defaultTip === null) throw notFound(facts.defaultBranch);
  return { branch: facts.defaultBranch, tip: defaultTip };
};
