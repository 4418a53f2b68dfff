import { AppError, crashPoint, deliveryBranch } from '@drydock/domain';
import type { DeliveryEnd } from '../ports/delivery-store.ts';
import type { ForgeSession, PullRequest, RepositoryFacts } from '../ports/forge.ts';
import { findBaseBranch, type BaseBranch } from './base-branch.ts';
import { decoratePullRequest, taskUrl } from './decorate-pull-request.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { publishBranch } from './publish-branch.ts';
import { storedSummary } from './stored-patch.ts';
import { pullRequestBody } from './text/pull-request-body.ts';
import { pullRequestTitle } from './text/pull-request-title.ts';

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
  throw new AppError(
    'forge_pull_request_closed',
    `The pull request ${url} was ${state} by somebody. Reopen it and retry the delivery, or submit the task again.`,
  );
};

const behind = async (context: DeliveryContext, session: ForgeSession, base: BaseBranch): Promise<number> => {
  const from = context.claim.task.base?.commit ?? base.tip;
  return from === base.tip ? 0 : session.commitsBehind(from, base.branch);
};

const bodyOf = async (context: DeliveryContext, base: BaseBranch, commits: number): Promise<string> => {
  const { ports, claim, redactor } = context;
  const { task, order } = claim;
  return redactor.mask(
    pullRequestBody({
      taskId: task.id,
      taskUrl: taskUrl(context),
      summary: await storedSummary(ports.artifacts, task),
      description: task.request.description,
      diffstat: task.diffstat,
      verify: task.verify,
      usage: task.usage,
      closes: order.closes,
      behind: { commits, branch: base.branch },
    }),
  );
};

const open = async (
  context: DeliveryContext,
  session: ForgeSession,
  { base, title }: { base: BaseBranch; title: string },
): Promise<PullRequest> => {
  const { order, task } = context.claim;
  const commits = await behind(context, session, base);
  return session.openPullRequest({
    head: deliveryBranch(task.id),
    base: base.branch,
    title,
    body: await bodyOf(context, base, commits),
    draft: order.draft,
    maintainerCanModify: order.maintainerCanModify,
  });
};

/**
 * From the stored patch to one open pull request. Every step looks for what an earlier try may have left, so that it may end
 * anywhere and be walked again. @throws AppError with the code that says how the delivery ends, or that it may be tried again.
 */
export const walkDelivery = async (context: DeliveryContext): Promise<DeliveryEnd> => {
  const { ports, claim, repository, token, redactor, signal } = context;
  const session = ports.forge.open(repository, token, signal);
  const facts = await session.facts();
  refuseUnfit(facts);
  const base = await findBaseBranch(session, facts, claim);
  const found = await session.findPullRequest(deliveryBranch(claim.task.id));
  if (found !== null) refuseEnded(found);
  const title = redactor.mask(
    pullRequestTitle(claim.task.id, claim.order.title, claim.task.request.description),
  );
  const commit = await publishBranch(context, title);
  const { number, url } = found ?? (await open(context, session, { base, title }));
  crashPoint('delivery.opened');
  await context.noteFound({ number, url });
  const notices = await decoratePullRequest(context, session, { number, commit });
  return { state: 'succeeded', error: null, notices };
};
