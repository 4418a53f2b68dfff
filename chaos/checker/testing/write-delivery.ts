import type { Outcome } from '@drydock/domain';
import type { Evidence } from '../evidence.ts';
import { OUR_BRANCHES } from '../rows.ts';
import type { Draft } from './build-evidence.ts';

/** A task whose rows are there, and that has come to this. */
export interface EndedTask {
  readonly taskId: string;
  readonly outcome: Outcome;
  readonly baseCommit: string;
  readonly resultTree: string;
}

const REPOSITORY = 'north/app';

/** The issue that a task was asked for in. */
export const threadOf = (index: number): string => `${REPOSITORY}#${String(index)}`;
export const labelsOfThread = (index: number): Record<string, string> => ({
  'github.repository': REPOSITORY,
  'github.number': String(index),
});

const endOf = (outcome: Outcome): { state: string; errorCode: string | null } => {
  if (outcome === 'changed') return { state: 'succeeded', errorCode: null };
  return outcome === 'verification_failed'
    ? { state: 'held', errorCode: 'delivery_not_verified' }
    : { state: 'failed', errorCode: 'forge_nothing_to_deliver' };
};

/** The delivery of a task, and what it made at the code host. */
export const writeDelivery = (evidence: Draft<Evidence>, ended: EndedTask): void => {
  const { taskId, outcome, baseCommit, resultTree } = ended;
  const { database, codeHost } = evidence;
  const end = endOf(outcome);
  const isDone = end.state === 'succeeded';
  const url = `https://github.example/${REPOSITORY}/pull/${taskId}`;
  database.deliveries.push({ id: `dlv_${taskId}`, taskId, ...end, url: isDone ? url : null });
  if (end.state === 'held') database.secrets.push({ taskId, purpose: 'source_token' });
  if (!isDone) return;
  const [name, sha] = [`${OUR_BRANCHES}${taskId}`, `commit of ${taskId}`];
  codeHost.branches.push({ name, commits: [{ sha, parents: [baseCommit], tree: resultTree }] });
  codeHost.pulls.push({ head: name, headCommit: sha, url });
};

/** The trigger of a task, told of twice, and the conversation about it. */
export const writeTrigger = (evidence: Draft<Evidence>, { taskId }: EndedTask, index: number): void => {
  const { database, codeHost, triggered } = evidence;
  const thread = threadOf(index);
  for (const answeredAt of [1, 2]) triggered.push({ submissionId: thread, answeredAt });
  const id = `github:${String(index)}`;
  database.inbound.push({ id, thread, state: 'accepted', reason: 'started', taskId });
  database.tellings.push({ taskId, thread, isTold: true });
  const url = database.deliveries.find((delivery) => delivery.taskId === taskId)?.url ?? '';
  codeHost.threads.push({ id: thread, reactions: ['eyes'], comments: [`**Done** ${url} ${taskId}`] });
};
