import { parseRepositoryConfig, type RepositoryConfig } from '@drydock/contracts';
import { AppError, AttemptAborted, crashPoint, OPERATOR_LIMITS, type TaskId } from '@drydock/domain';
import type { z } from 'zod';
import type { CheckedOut } from '../ports/source.ts';
import type { AttemptContext } from './attempt-context.ts';
import { planAttempt, type AttemptPlan } from './attempt-plan.ts';
import { inPhase } from './in-phase.ts';
import { sourceToken } from './source-token.ts';
import { TASK_FILE_NAME } from './sandbox-environment.ts';

export interface CheckoutResult {
  readonly checkedOut: CheckedOut;
  readonly plan: AttemptPlan;
}

/** Key of the ZIP that a task was submitted with. */
export const inputKey = (taskId: TaskId): string => `tasks/${taskId}/input.zip`;

const fetchSource = async (context: AttemptContext, signal: AbortSignal): Promise<CheckedOut> => {
  const { ports, key, claim } = context;
  const { task } = claim;
  const git = task.request.source?.git;
  if (git)
    return ports.sources.checkoutGit(
      {
        key,
        teamId: task.teamId,
        url: git.url,
        ref: git.ref ?? null,
        token: await sourceToken(context, git.url),
        pinned: task.base,
        configFrom: task.origin === null ? 'base' : 'default_branch',
      },
      signal,
    );
  const { stream } = await ports.artifacts.get(inputKey(task.id));
  const root = task.request.source?.zip?.root ?? null;
  return ports.sources.checkoutZip({ key, root, archive: stream, pinned: task.base }, signal);
};

const readConfig = (text: string | null): z.infer<typeof RepositoryConfig> =>
  text === null ? {} : parseRepositoryConfig(text);

const taskFile = (context: AttemptContext, plan: AttemptPlan): string => {
  const { request, id } = context.claim.task;
  return JSON.stringify(
    {
      v: 1,
      id,
      attempt: context.key.attempt,
      description: request.description,
      instructions: plan.instructions,
      focusPaths: request.focusPaths,
      limits: plan.limits,
    },
    null,
    2,
  );
};

const withDeadline = async <T>(
  context: AttemptContext,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = AbortSignal.timeout(OPERATOR_LIMITS.checkoutSeconds * 1000);
  try {
    return await work(AbortSignal.any([context.signal, deadline]));
  } catch (error) {
    if (context.signal.reason instanceof AttemptAborted) throw context.signal.reason;
    if (deadline.aborted)
      throw new AppError(
        'checkout_timeout',
        `The checkout took more than ${String(OPERATOR_LIMITS.checkoutSeconds)} s. Is the source slow, or the repository very large?`,
        { cause: error },
      );
    throw error;
  }
};

/** Fills the workspace, pins the base and settles what the attempt will do. */
export const checkoutPhase = (context: AttemptContext): Promise<CheckoutResult> =>
  inPhase(context, 'checkout', async () => {
    const { ports, fence, key, events, claim, settings } = context;
    const checkedOut = await withDeadline(context, (signal) => fetchSource(context, signal));
    for (const notice of checkedOut.notices) events.add('notice', notice);
    const config = readConfig(checkedOut.configText);
    const plan = planAttempt({
      task: claim.task,
      config,
      hasSetupScript: checkedOut.hasSetupScript,
      rules: settings.rules,
    });
    ports.workspaces.limitDisk(key, plan.limits.diskMb);
    const digest = await ports.sandboxes.imageDigest(plan.image);
    await Promise.all([
      ports.attempts
        .pinBase(fence, checkedOut.base)
        .then(() =>
          ports.attempts.settle(fence, { limits: plan.limits, image: { name: plan.image, digest } }),
        ),
      ports.workspaces.writeFile(key, 'in', TASK_FILE_NAME, taskFile(context, plan)),
    ]);
    crashPoint('checkout.after_pin');
    return { checkedOut, plan };
  });
