import { AppError, type ErrorCode } from '@drydock/domain';
import type { PreparedBranch } from '../ports/branch-publisher.ts';
import type { ForgeSession, PullRequest } from '../ports/forge.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { targetBranch } from './delivery-target.ts';
import { publishBranch, pushUnlessThere, type CommitWords, type Delivered } from './publish-branch.ts';

/** The branch is not where the task started from, or what it started from is not to be had any more. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['forge_branch_taken', 'source_ref_not_found']);

const moved = (branch: string, cause: AppError): AppError =>
  new AppError(
    'forge_branch_moved',
    `The branch ${branch} got other commits while the task was at work, from a person or from another task. Its own commit ` +
      'was not added: nothing is ever forced. The patch is kept with the task. Comment /drydock with the instruction again, ' +
      'and work starts from the new commits.',
    { cause },
  );

const ended = (pull: PullRequest | null): AppError =>
  new AppError(
    'forge_pull_request_closed',
    `${pull === null ? 'The pull request is gone' : `The pull request ${pull.url} was ${pull.state} by somebody`} while the ` +
      'task was at work, so its commit is not part of it. The patch is kept with the task. Reopen the pull request and retry ' +
      'the delivery, or submit the task again.',
  );

/**
 * Whether a pull request takes one more commit: it is open, or it has ended on that very commit, which an earlier try had
 * pushed. @throws AppError `forge_pull_request_closed`.
 */
export const mustTake = (pull: PullRequest | null, commit: string | null): PullRequest => {
  if (pull === null || (pull.state !== 'open' && pull.headCommit !== commit)) throw ended(pull);
  return pull;
};

/**
 * Adds one commit to the pull request that is there, on top of what the task started from and of nothing else. Again, it finds
 * the commit. @throws AppError `forge_branch_moved`, `forge_pull_request_closed`, and what `publishBranch` throws.
 */
export const addCommit = async (
  context: DeliveryContext,
  session: ForgeSession,
  words: CommitWords,
): Promise<Delivered> => {
  const branch = targetBranch(context.claim.task);
  const look = async (commit: string | null): Promise<PullRequest> =>
    mustTake(await session.findPullRequest(branch), commit);
  const push = async (prepared: PreparedBranch): Promise<void> => {
    const { state } = await look(prepared.commit);
    if (state === 'open') await pushUnlessThere(context, session, prepared);
  };
  try {
    const commit = await publishBranch(context, words, push);
    // Again: nobody can push to a branch and be sure that its pull request is still open.
    return { commit, pull: await look(commit) };
  } catch (error) {
    if (!(error instanceof AppError && ELSEWHERE.has(error.code))) throw error;
    await look(null);
    throw moved(branch, error);
  }
};
