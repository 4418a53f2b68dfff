import type { TaskRequest } from '@drydock/contracts';
import { effectiveLimits, type TaskId } from '@drydock/domain';
import { pullRequestOrder } from '../delivery/pull-request-order.ts';
import type { PullRequestOrder } from '../ports/delivery-store.ts';
import type { FrozenRequest, NewTask } from '../ports/task-record.ts';
import type { Caller } from './caller.ts';
import { DEFAULT_IMAGE, modelOf, type TaskRules } from './task-rules.ts';

const withoutToken = (request: TaskRequest): TaskRequest => {
  const git = request.source?.git;
  if (git?.token === undefined) return request;
  return { ...request, source: { ...request.source, git: { url: git.url, ref: git.ref } } };
};

/** The request as it is kept: without the token, and with the model that the checks were made for. */
const freeze = (request: TaskRequest, rules: TaskRules): FrozenRequest => {
  const model = modelOf(request, rules);
  const kept = withoutToken(request);
  return kept.agent.harness !== 'builtin' || model === null
    ? kept
    : { ...kept, agent: { ...kept.agent, model } };
};

const orderOf = ({ deliver }: TaskRequest): PullRequestOrder | null =>
  deliver?.pullRequest === undefined ? null : pullRequestOrder(deliver.pullRequest);

type Origin = Pick<
  NewTask,
  'zip' | 'sourceToken' | 'retryOf' | 'parentId' | 'origin' | 'base' | 'traceparent'
>;

export const newTask = (
  who: { id: TaskId; caller: Caller },
  what: { request: TaskRequest; rules: TaskRules },
  origin: Origin,
): NewTask => ({
  id: who.id,
  teamId: who.caller.teamId,
  createdBy: who.caller.keyId,
  request: freeze(what.request, what.rules),
  imageName: what.request.image ?? DEFAULT_IMAGE,
  limits: effectiveLimits(what.request.limits),
  notBefore: what.request.notBefore === undefined ? null : new Date(what.request.notBefore),
  pullRequest: orderOf(what.request),
  callbackUrl: what.request.callbackUrl ?? null,
  ...origin,
});
