import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GithubPayload } from '@drydock/contracts';
import { openIssue, signedWebhook, type IssueState, type SignedWebhook } from '@drydock/testing';
import type { Submission } from '../checker/evidence.ts';
import { threadId } from '../checker/rows.ts';
import type { Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import { cloneUrlOf, type CodeHost } from '../world/code-host.ts';
import { isPassing, type Answer } from './api-client.ts';
import type { Kind } from './kinds.ts';
import type { Client } from './submit.ts';

/** A code host waits so long for an answer. */
const ANSWER_MS = 10_000;
const PAUSE_MS = 500;
/** How often the same is told at the same time, at least and at most. */
const COPIES = [2, 6] as const;

export interface TriggerParts {
  readonly client: Client;
  readonly journal: Journal;
  readonly random: Random;
  readonly codeHost: CodeHost;
  /** All apis of the installation: a code host reaches any of them. */
  readonly apiUrls: readonly string[];
  /** Ms since 1970, asked for again and again: when nobody waits any longer. */
  readonly until: () => number;
  /** How often the webhook is sent at once; left out: as the random numbers say. */
  readonly copies?: number;
}

const askFor = ({ client, codeHost }: TriggerParts, kind: Kind, id: string): IssueState => {
  const { github, person } = codeHost;
  const issue = openIssue(client.repository, github.state, { author: person, title: id, body: kind.name });
  if (kind.trigger === 'label') issue.labels.add('drydock');
  return issue;
};

/** What the code host tells: of the label, or of the comment that is there now. */
const webhookOf = ({ client: { repository }, codeHost }: TriggerParts, kind: Kind, issue: IssueState) => {
  const { github, person, webhookSecret } = codeHost;
  const { number, title, body, createdAt } = issue;
  const { id, name, owner } = repository;
  const sender = { login: person, type: 'User' };
  const common = {
    repository: {
      id,
      name,
      owner: { login: owner, type: 'Organization' },
      clone_url: cloneUrlOf(codeHost, repository),
    },
    sender,
    issue: { number, title, body, updated_at: createdAt },
  };
  const labelled: GithubPayload<'issues'> = { ...common, action: 'labeled', label: { name: 'drydock' } };
  if (kind.trigger === 'label')
    return (guid: string) => signedWebhook('issues', labelled, { secret: webhookSecret, guid });
  const text = '/drydock write the file';
  const said = { id: github.state.nextId(), author: person, body: text, createdAt, updatedAt: createdAt };
  issue.comments.push(said);
  const comment = { id: said.id, body: text, user: sender };
  const commented: GithubPayload<'issue_comment'> = { ...common, action: 'created', comment };
  return (guid: string) => signedWebhook('issue_comment', commented, { secret: webhookSecret, guid });
};

const post = async (url: string, { body, headers }: SignedWebhook): Promise<Answer | null> => {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const init = { method: 'POST', body: body.toString(), headers, signal };
    const answer = await fetch(`${url}/v1/webhooks/github`, init);
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  } catch {
    return null;
  }
};

/** Writes down what an answer means. @returns whether the webhook was taken, now or before. */
const isTaken = ({ journal }: TriggerParts, submissionId: string, answer: Answer | null): boolean => {
  if (answer === null || isPassing(answer.status)) return false;
  const state = String(answer.body['state']);
  const isFine = answer.status === 202 && (state === 'received' || state === 'duplicate');
  if (isFine) journal.triggered.push({ submissionId, answeredAt: Date.now() });
  else {
    const message = `the webhook of ${submissionId} was answered by ${JSON.stringify(answer)}`;
    journal.violations.push({ rule: 'webhook-answer', taskId: null, message });
  }
  return true;
};

/** The same to all apis at once, under one id and under others; and again until one of them has taken it. */
const tell = async (parts: TriggerParts, submissionId: string, sign: (guid: string) => SignedWebhook) => {
  const { apiUrls, random, until, copies = Math.floor(random.between(...COPIES)) } = parts;
  const guid = randomUUID();
  const urlOf = (turn: number): string => apiUrls[turn % apiUrls.length] ?? '';
  const answers = await Promise.all(
    Array.from({ length: copies }, (_, i) => post(urlOf(i), sign(i % 3 === 2 ? randomUUID() : guid))),
  );
  let wasTaken = answers.map((answer) => isTaken(parts, submissionId, answer)).includes(true);
  for (let turn = 0; !wasTaken && Date.now() < until(); turn++) {
    await delay(PAUSE_MS);
    wasTaken = isTaken(parts, submissionId, await post(urlOf(turn), sign(guid)));
  }
};

/** The task of an issue, as a client finds it. Null: there was none in time. */
const findTask = async ({ client, until }: TriggerParts, issue: IssueState): Promise<string | null> => {
  const labels = [`github.repository:${client.repository.fullName}`, `github.number:${String(issue.number)}`];
  const query = labels.map((label) => `label=${encodeURIComponent(label)}`).join('&');
  while (Date.now() < until()) {
    const answer = await client.api.once(`/v1/tasks?${query}`);
    const [task] = answer?.status === 200 ? (answer.body['items'] as { id: string }[]) : [];
    if (task !== undefined) return task.id;
    await delay(PAUSE_MS);
  }
  return null;
};

/** Somebody asks for a task at the code host, which tells of it more often than once. @returns the task's id; null: none came of it. */
export const trigger = async (parts: TriggerParts, kind: Kind, id: string): Promise<string | null> => {
  const { client, journal } = parts;
  const issue = askFor(parts, kind, id);
  const submission: Submission = {
    id: threadId(client.repository.fullName, issue.number),
    key: null,
    teamId: client.teamId,
    kind: kind.name,
    firstSentAt: Date.now(),
    expected: kind.expected,
    expectPatch: kind.patch?.(id) ?? null,
    delivers: true,
  };
  journal.submissions.push(submission);
  await tell(parts, submission.id, webhookOf(parts, kind, issue));
  const taskId = await findTask(parts, issue);
  if (taskId !== null) journal.accepted.push({ submissionId: submission.id, taskId, answeredAt: Date.now() });
  return taskId;
};
