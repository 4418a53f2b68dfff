import type { RepositoryState } from '@drydock/testing';
import type { Accepted, Submission } from '../checker/evidence.ts';
import type { Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import { zipOf } from '../../e2e/system/zip-bytes.ts';
import { SUBMISSION_LABEL } from '../checker/evidence.ts';
import type { Answer, ApiClient } from './api-client.ts';
import { requestOf, type Kind, type Sources } from './kinds.ts';

/** A client gives up sending after this long without an answer. */
const INSIST_MS = 150_000;
/** Share of the submissions that come without a key and are sent once only. */
const WITHOUT_KEY = 0.1;

export interface Client {
  readonly api: ApiClient;
  readonly teamId: string;
  /** Of the team, at the code host. */
  readonly repository: RepositoryState;
  readonly sources: Sources;
}

const initOf = async (kind: Kind, submission: Submission, sources: Sources): Promise<RequestInit> => {
  const task = {
    ...requestOf(kind, submission.id, sources),
    labels: { [SUBMISSION_LABEL]: submission.id },
  };
  const keyed = submission.key === null ? {} : { 'idempotency-key': submission.key };
  if (kind.source !== 'zip')
    return {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...keyed },
      body: JSON.stringify(task),
    };
  const body = new FormData();
  body.set('task', JSON.stringify(task));
  const zip = await zipOf({ 'a.txt': 'one\n', 'src/b.txt': 'b\n' });
  body.set('archive', new Blob([new Uint8Array(zip)], { type: 'application/zip' }), 'input.zip');
  return { method: 'POST', headers: keyed, body };
};

const acceptedBy = (submission: Submission, answer: Answer | null): Accepted | null =>
  answer?.status === 202
    ? { submissionId: submission.id, taskId: String(answer.body['id']), answeredAt: Date.now() }
    : null;

/**
 * Sends one task as a careful client does: with a key again and again until there is an answer, without one only once.
 * Some are sent again although they were accepted. @returns the task's id, or null when there was no 202.
 */
export const submit = async (
  parts: { client: Client; journal: Journal; random: Random; sentAgain: number },
  kind: Kind,
  id: string,
): Promise<string | null> => {
  const { client, journal, random, sentAgain } = parts;
  const submission: Submission = {
    id,
    key: random.fraction() < WITHOUT_KEY ? null : `key-${id}`,
    teamId: client.teamId,
    kind: kind.name,
    firstSentAt: Date.now(),
    expected: kind.expected,
    expectPatch: kind.patch?.(id) ?? null,
    delivers: kind.pullRequest !== null,
  };
  const repeats = submission.key !== null && random.fraction() < sentAgain ? 2 : 1;
  journal.submissions.push(submission);
  const init = await initOf(kind, submission, client.sources);
  const until = Date.now() + INSIST_MS;
  let taskId: string | null = null;
  for (let sent = 0; sent < repeats; sent++) {
    const answer = await (submission.key === null
      ? client.api.once('/v1/tasks', init)
      : client.api.insist('/v1/tasks', init, () => until));
    const accepted = acceptedBy(submission, answer);
    if (accepted) journal.accepted.push(accepted);
    else if (answer !== null && answer.status < 500)
      journal.violations.push({
        rule: 'submit-answer',
        taskId: null,
        message: `submission ${id} (${kind.name}) was refused: ${JSON.stringify(answer)}`,
      });
    taskId = accepted?.taskId ?? taskId;
  }
  return taskId;
};
