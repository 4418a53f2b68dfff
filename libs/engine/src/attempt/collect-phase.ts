import { AppError, crashPoint, OPERATOR_LIMITS } from '@drydock/domain';
import type { CollectJob, CollectResult } from '@drydock/contracts';
import type { z } from 'zod';
import type { CheckedOut } from '../ports/source.ts';
import type { AttemptContext } from './attempt-context.ts';
import { NO_NETWORK, type AttemptPlan } from './attempt-plan.ts';
import { collectDeadline } from './collect-deadline.ts';
import { inPhase } from './in-phase.ts';
import { planPhase } from './phase-plans.ts';
import { runPhase } from './phase-run.ts';
import { DISK_VERDICT, judgePhase, verdictOf, type Verdict } from './phase-verdict.ts';
import type { PreparedSandboxes } from './prepared-sandboxes.ts';

export type Collected = z.infer<typeof CollectResult>;
/** Both may be there: a patch that was proven, of a task that broke its disk limit. */
export interface CollectEnd {
  readonly verdict: Verdict | null;
  readonly collected: Collected | null;
}

/** Where the compiler mounts the areas of collect. */
const BASE_GIT_DIR = '/base.git';
const OUT = '/out';
const VERIFY = '/verify';
export const PATCH_NAME = 'diff.patch';

const INCONSISTENT = verdictOf(
  new AppError('patch_not_exact', 'The patch and the two trees do not say the same about changes.'),
);

const collectJob = (
  checkedOut: CheckedOut,
  { withVerify, agentStartedAtMs }: { withVerify: boolean; agentStartedAtMs: number | null },
): CollectJob => ({
  kind: 'collect',
  baseGitDir: BASE_GIT_DIR,
  baseCommit: checkedOut.baseCommit,
  outDirectory: OUT,
  verifyDirectory: withVerify ? VERIFY : null,
  agentStartedAtMs,
  maxPatchBytes: OPERATOR_LIMITS.maxPatchBytes,
  maxFileBytes: OPERATOR_LIMITS.maxPatchBytes,
  maxFiles: OPERATOR_LIMITS.maxFiles,
});

/**
 * Makes the patch and proves it, also after a cancel or timeout: it runs under a deadline of its own, not under the
 * attempt's signal.
 */
export const collectPhase = (
  context: AttemptContext,
  plan: AttemptPlan,
  parts: {
    prepared: PreparedSandboxes;
    checkedOut: CheckedOut;
    /** Null: no setup commands ran before the agent. */
    agentStartedAtMs: number | null;
  },
): Promise<CollectEnd> =>
  inPhase(context, 'collect', async () => {
    const { prepared, checkedOut, agentStartedAtMs } = parts;
    crashPoint('collect.before');
    const own = collectDeadline(context.signal);
    const phasePlan = planPhase(context, plan, { phase: 'collect', network: NO_NETWORK });
    // Measured beside the run, which must end before a fault of the measuring may end the phase.
    const disk = context.ports.workspaces.diskUse(context.key);
    disk.catch(() => undefined);
    const end = await runPhase({
      phase: 'collect',
      created: prepared.take(phasePlan, own),
      start: {
        job: collectJob(checkedOut, { withVerify: phasePlan.withVerify, agentStartedAtMs }),
        env: {},
        forwards: [],
        maxLogBytes: 0,
      },
      seconds: OPERATOR_LIMITS.collectSeconds,
      signal: own,
      onMessage: (message) => {
        if (message.type === 'notice')
          context.events.add('notice', { code: message.code, message: message.message });
      },
    });
    crashPoint('collect.after');
    const { exceeded } = await disk;
    const verdict = judgePhase('collect', end);
    if (verdict) return { verdict, collected: null };
    const collected = end.done?.collect ?? null;
    if (!collected)
      return { verdict: verdictOf(new AppError('runner_failed', 'Collect gave no result.')), collected };
    if ((collected.patchBytes === 0) !== (collected.baseTree === collected.resultTree))
      return { verdict: INCONSISTENT, collected: null };
    return { verdict: exceeded ? DISK_VERDICT : null, collected };
  });
