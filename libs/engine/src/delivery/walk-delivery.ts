import { AppError, crashPoint, deliveryBranch } from '@drydock/domain';
import type { DeliveryEnd } from '../ports/delivery-store.ts';
import type { ForgeRepository, ForgeSession, PullRequest, RepositoryFacts } from '../ports/forge.ts';
import { addCommit } from './add-commit.ts';
import { findBaseBranch, type BaseBranch } from './base-branch.ts';
import { commitAuthor } from './commit-author.ts';
import { decoratePullRequest, taskUrl } from './decorate-pull-request.ts';
import { isFirstTry, type DeliveryContext } from './delivery-context.ts';
import { publishBranch, pushUnlessThere, type CommitWords, type Delivered } from './publish-branch.ts';
import { storedSummary } from './stored-patch.ts';
import { plainText } from './text/neutral-text.ts';
import { pullRequestBody } from './text/pull-request-body.ts';
import { pullRequestTitle } from './text/pull-request-title.ts';

/** The code host still answers under a name that it had; git follows no redirect, and whose the new name is here is not known. */
const refuseRenamed = ({ owner, name }: ForgeRepository, { fullName }: RepositoryFacts): void => {
  if (fullName.toLowerCase() === `${owner}/${name}`.toLowerCase()) return;
  throw new AppError(
    'forge_repository_not_found',
    `${owner}/${name} is called ${fullName} by now. The patch is kept: submit the task again with that address.`,
  );
};

const refuseUnfit = ({ fullName, isArchived, mayPush }: RepositoryFacts): void => {
  if (isArchived)
    throw new AppError(
      'forge_repository_archived',
      `${fullName} is archived and takes no changes. Unarchive it, and retry the delivery.`,
    );
  if (!mayPush)
    throw new AppError(
      'forge_permission_missing',
      `The credential may not push to ${fullName}. Give it write access to contents and pull requests, and retry the delivery.`,
    );
};

const refuseEnded = ({ state, url }: PullRequest): void => {
  if (state === 'open') return;
  const advice =
    state === 'merged'
      ? 'Nothing of this task is left to deliver. Submit a new task for more.'
      : 'Reopen it and retry the delivery, or submit the task again.';
  throw new AppError(
    'forge_pull_request_closed',
    `The pull request ${url} was ${state} by somebody. ${advice}`,
  );
};

/** Masked before it is cut and made neutral: of a credential across the cut, nobody would know the first half. */
const masked = ({ redactor }: DeliveryContext, text: string): string => redactor.mask(plainText(text));

/** A task that somebody asked for at a code host has a description for its agent alone: its title is what people said. */
const bodyOf = async (
  context: DeliveryContext,
  { behind, branch }: BaseBranch,
  title: string,
): Promise<string> => {
  const { ports, claim } = context;
  const { task, order } = claim;
  const summary = await storedSummary(ports.artifacts, task);
  return pullRequestBody({
    taskId: task.id,
    taskUrl: taskUrl(context),
    summary: summary === null ? null : masked(context, summary),
    description: task.origin === null ? masked(context, task.request.description) : title,
    diffstat: task.diffstat,
    verify: task.verify.map((one) => ({ ...one, command: masked(context, one.command) })),
    usage: task.usage,
    closes: order.closes,
    behind: { commits: behind, branch },
  });
};

const open = async (
  context: DeliveryContext,
  session: ForgeSession,
  { base, title }: { base: BaseBranch; title: string },
): Promise<PullRequest> => {
  const { order, task } = context.claim;
  return session.openPullRequest({
    head: deliveryBranch(task.id),
    base: base.branch,
    title,
    body: await bodyOf(context, base, title),
    draft: order.draft,
    maintainerCanModify: order.maintainerCanModify,
  });
};

const commitWords = async (context: DeliveryContext, session: ForgeSession): Promise<CommitWords> => {
  const { task, order } = context.claim;
  const asked = order.title === null ? null : context.redactor.mask(order.title);
  const title = pullRequestTitle(task.id, asked, masked(context, task.request.description));
  return { title, author: await commitAuthor(context, session) };
};

/** A branch of its own, and one pull request of it. */
const openOne = async (
  context: DeliveryContext,
  session: ForgeSession,
  facts: RepositoryFacts,
): Promise<Delivered> => {
  const { claim } = context;
  const base = await findBaseBranch(session, facts, claim);
  const found = isFirstTry(claim) ? null : await session.findPullRequest(deliveryBranch(claim.task.id));
  if (found !== null) refuseEnded(found);
  const words = await commitWords(context, session);
  const commit = await publishBranch(context, words, (prepared) =>
    pushUnlessThere(context, session, prepared),
  );
  return { commit, pull: found ?? (await open(context, session, { base, title: words.title })) };
};

/**
 * From the stored patch to one open pull request, or to one more commit on it. Every step looks for what an earlier try may
 * have left, so that it may end anywhere and be walked again. @throws AppError with the code that says how the delivery ends,
 * or that it may be tried again.
 */
export const walkDelivery = async (context: DeliveryContext): Promise<DeliveryEnd> => {
  const { ports, claim, repository, token, signal } = context;
  const session = ports.forge.open(repository, token, signal);
  const facts = await session.facts();
  refuseRenamed(repository, facts);
  refuseUnfit(facts);
  const { commit, pull } =
    claim.task.parentId === null
      ? await openOne(context, session, facts)
      : await addCommit(context, session, await commitWords(context, session));
  const { number, url } = pull;
  crashPoint('delivery.opened');
  await context.noteFound({ number, url });
  const notices = await decoratePullRequest(context, session, { number, commit });
  return { state: 'succeeded', error: null, notices };
};
