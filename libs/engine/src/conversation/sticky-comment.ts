import { isFailedOutcome, isFinal, type Phase, type TaskId } from '@drydock/domain';
import { capText, quoted } from '../delivery/text/neutral-text.ts';
import { code, count, usagePart, verifyPart } from '../delivery/text/pull-request-body.ts';
import { OWN_MARK } from '../inbound/read-event.ts';
import type { DeliveryRecord, TaskRecord } from '../ports/task-record.ts';
import { FAILURE_ADVICE } from './failure-advice.ts';

/** GitHub takes 65,536 characters; the rest is for the mark. */
const MOST = 60_000;
const MESSAGE_MOST = 2_000;

/** Unseen in the comment: by it the one comment about a task is found again. */
export const stickyMark = (taskId: TaskId): string => `${OWN_MARK}task:${taskId} -->`;

const PHASES: Readonly<Record<Phase, string>> = {
  checkout: 'checking out the repository',
  setup: 'running the setup commands',
  agent: 'the agent is at work',
  collect: 'collecting the patch',
  verify: 'running the verify commands on the patch',
};

/** A message may hold the words of a command or of a code host. */
const quotedMessage = (message: string): string => quoted(message, MESSAGE_MOST);

const underWay = ({ status, phase, cancelRequested, attempts }: TaskRecord): string => {
  if (cancelRequested) return '🛑 **Stopping**: somebody cancelled the task.';
  const again = attempts.length > 1 ? ` This is attempt ${String(attempts.length)}.` : '';
  if (status === 'running')
    return `🔧 **Running**: ${phase === null ? 'about to begin' : PHASES[phase]}.${again}`;
  return attempts.length === 0
    ? '⏳ **Queued**: work begins as soon as a worker is free.'
    : '⏳ **Queued again**: a worker was lost, and another one takes over.';
};

const changePart = ({ diffstat }: TaskRecord): string => {
  if (diffstat === null) return '';
  const { files, insertions, deletions } = diffstat;
  return `: ${count(files, 'file')} changed, +${String(insertions)} −${String(deletions)}`;
};

const endPart = (task: TaskRecord): readonly string[] => {
  const { outcome, error } = task;
  if (outcome === 'changed') return [`✅ **Done**${changePart(task)}.`];
  if (outcome === 'no_changes') return ['✅ **Done**: there was nothing to change.'];
  if (outcome === null || !isFailedOutcome(outcome))
    return ['🛑 **Cancelled.** Comment `/drydock retry` to run it again.'];
  const { what, advice } = FAILURE_ADVICE[outcome];
  return [
    `❌ **Failed**: ${what}${changePart(task)}. ${advice}`,
    ...(error === null ? [] : [quotedMessage(error.message)]),
  ];
};

/** Only what can stand in a link without ending it. */
const isPlainUrl = (url: string): boolean => /^https?:\/\/[\w.:-]+(?:\/[\w.~:/-]*)?$/.test(url);

/** Of a pull request that is opened, and of a commit that is added to one. */
const OPENED = {
  pending: 'The pull request is on its way.',
  putOff: 'The pull request could not be opened yet, and is tried again:',
  failed: 'There is no pull request:',
  held: 'The pull request is held back:',
  succeeded: '',
};
const ADDED: typeof OPENED = {
  pending: 'The commit is on its way.',
  putOff: 'The commit could not be added yet, and is tried again:',
  failed: 'The commit was not added:',
  held: 'The commit is held back:',
  succeeded: ' has one more commit.',
};

const deliveryPart = ({ state, url, error, id }: DeliveryRecord, words: typeof OPENED): readonly string[] => {
  if (state === 'succeeded')
    return url !== null && isPlainUrl(url) ? [`Pull request: ${url}${words.succeeded}`] : [];
  if (state === 'pending')
    return error === null ? [words.pending] : [words.putOff, quotedMessage(error.message)];
  // The outcome has said it already
  if (error === null || error.code === 'forge_nothing_to_deliver') return [];
  const said = [words[state], quotedMessage(error.message)];
  // The branch will not move back
  if (error.code === 'forge_branch_moved') return said;
  return [
    ...said,
    `Then ask for it again with \`POST /v1/deliveries/${id}/retry\`: the agent does not run again.`,
  ];
};

const footer = (taskId: TaskId, taskUrl: string | null): string =>
  `${taskUrl === null ? `Task ${code(taskId)}` : `[Task ${taskId}](${taskUrl})`} · \`/drydock help\` lists the commands.`;

/**
 * Where a task stands, for the people who asked for it, without the mark. It changes only when they would want to know:
 * what was used is told at the end. All that others wrote is quoted, capped and neutral.
 * @param taskUrl - of the task for people; null: not known.
 */
export const stickyComment = (task: TaskRecord, taskUrl: string | null): string => {
  const parts = isFinal(task.status)
    ? [
        ...endPart(task),
        ...task.deliveries
          .filter(({ kind }) => kind === 'pull_request')
          .flatMap((delivery) => deliveryPart(delivery, task.parentId === null ? OPENED : ADDED)),
        ...(task.verify.length === 0 ? [] : [verifyPart(task.verify)]),
        usagePart(task.usage),
      ]
    : [underWay(task)];
  return capText([...parts, footer(task.id, taskUrl)].join('\n\n'), MOST);
};

/** Whether nothing more is to come of a task: it has ended, and so have its deliveries. */
export const isOver = ({ status, deliveries }: TaskRecord): boolean =>
  isFinal(status) && deliveries.every(({ state }) => state !== 'pending');
