import { crashPoint, DELIVERY_FAILURES, toAppError } from '@drydock/domain';
import type { DeliveryEnd } from '../ports/delivery-store.ts';
import type { ForgeSession } from '../ports/forge.ts';
import type { TaskRecord } from '../ports/task-record.ts';
import { isFirstTry, type DeliveryContext } from './delivery-context.ts';
import { isPassing } from './passing-faults.ts';
import { neutral } from './text/neutral-text.ts';
import { taskLink } from './text/task-link.ts';

type Notices = NonNullable<DeliveryEnd['notices']>;

const verdictSummary = (verify: TaskRecord['verify']): string => {
  const passed = verify.filter(({ exitCode }) => exitCode === 0).length;
  return `${String(passed)} of ${String(verify.length)} verify commands passed`;
};

/** The link to a task for people; null when nobody has said where the api is. */
export const taskUrl = ({ settings, claim }: DeliveryContext): string | null =>
  taskLink(settings.publicUrl, claim.task.id);

const askForReview = async (
  { claim: { order } }: DeliveryContext,
  session: ForgeSession,
  number: number,
): Promise<Notices> => {
  if (order.labels.length + order.reviewers.length === 0) return [];
  const { unknown } = await session.decorate(number, { labels: order.labels, reviewers: order.reviewers });
  if (unknown.length === 0) return [];
  const message = `The code host does not know these labels or reviewers: ${unknown.map(neutral).join(', ')}.`;
  return [{ code: 'delivery_unknown_names', message }];
};

const reportVerdict = async (
  context: DeliveryContext,
  session: ForgeSession,
  commit: string,
): Promise<Notices> => {
  const { task } = context.claim;
  if (task.verify.length === 0) return [];
  await session.report({
    commit,
    taskId: task.id,
    isPassed: task.verify.every(({ exitCode }) => exitCode === 0),
    summary: verdictSummary(task.verify),
    detailsUrl: taskUrl(context),
    mayBeShown: !isFirstTry(context.claim),
  });
  return [];
};

/** The pull request is there: what goes wrong from here on is told, and takes nothing back. */
const orNotice = async (context: DeliveryContext, work: () => Promise<Notices>): Promise<Notices> => {
  try {
    return await work();
  } catch (thrown) {
    const error = toAppError(thrown);
    const { claim, signal, redactor } = context;
    const isTriedAgain = isPassing(error) && claim.failures + 1 < DELIVERY_FAILURES;
    if (signal.aborted || isTriedAgain) throw thrown;
    return [{ code: error.code, message: `The pull request is open. ${redactor.mask(error.detail)}` }];
  }
};

/** Labels, reviewers and the verdict of the verify commands. @returns what the code host did not take. */
export const decoratePullRequest = async (
  context: DeliveryContext,
  session: ForgeSession,
  { number, commit }: { readonly number: number; readonly commit: string },
): Promise<Notices> => {
  const names = await orNotice(context, () => askForReview(context, session, number));
  const verdict = await orNotice(context, () => reportVerdict(context, session, commit));
  crashPoint('delivery.decorated');
  return [...names, ...verdict];
};
