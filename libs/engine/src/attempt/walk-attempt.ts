import type { AttemptEnd } from '../ports/attempt-store.ts';
import type { VerifyOutcome } from '../ports/task-record.ts';
import { AppError, AttemptAborted, toAppError } from '@drydock/domain';
import { agentPhase, type AgentResult } from './agent-phase.ts';
import { lossOf, throwIfStopped, type AttemptContext } from './attempt-context.ts';
import { NO_NETWORK, planFromRequest, type AttemptPlan } from './attempt-plan.ts';
import { checkoutPhase, type CheckoutResult } from './checkout-phase.ts';
import { collectPhase, type Collected, type CollectEnd } from './collect-phase.ts';
import { runCommands } from './commands-phase.ts';
import { inPhase } from './in-phase.ts';
import { planPhase } from './phase-plans.ts';
import { endsWithoutCollect, judgePhase, STOP_VERDICTS, verdictOf, type Verdict } from './phase-verdict.ts';
import type { PreparedSandboxes } from './prepared-sandboxes.ts';
import { storeArtifacts } from './store-artifacts.ts';
import { verifyPhase, type VerifyEnd } from './verify-phase.ts';

/** What the walk knows so far; the end is told from it, wherever the walk stops. */
interface Progress {
  verdict: Verdict | null;
  checkout: CheckoutResult | null;
  agent: AgentResult | null;
  collected: Collected | null;
  verify: readonly VerifyOutcome[];
}

const abortVerdict = (aborted: AttemptAborted): Verdict => {
  switch (aborted.kind) {
    case 'cancel':
    case 'drain':
    case 'lease_lost':
    case 'slept':
    case 'cut_off':
      return STOP_VERDICTS[aborted.kind];
    case 'timeout':
    case 'disk':
    case 'fault':
      return verdictOf(new AppError('internal', `Stopped by a fault on our side: ${aborted.message}.`));
  }
};

const verdictOfThrown = (context: AttemptContext, thrown: unknown): Verdict => {
  const loss = lossOf(context);
  if (loss) return STOP_VERDICTS[loss];
  if (context.signal.reason instanceof AttemptAborted) return abortVerdict(context.signal.reason);
  if (thrown instanceof AttemptAborted) return abortVerdict(thrown);
  const error = toAppError(thrown);
  if (error.code === 'lease_lost') return STOP_VERDICTS.lease_lost;
  context.ports.telemetry.log.error(
    { ...context.key, error: thrown, code: error.code },
    'the attempt failed',
  );
  return verdictOf(error);
};

/** Creates the first container beside the checkout; `.drydock.yml` may still change the plan, then it is made anew. */
const prepareFirst = (context: AttemptContext, prepared: PreparedSandboxes): void => {
  const plan = planFromRequest(context.claim.task, context.settings.rules);
  const phase = plan.setup.length > 0 ? 'setup' : 'agent';
  prepared.prepare(planPhase(context, plan, { phase, network: plan.network[phase] }), context.signal);
};

const setupPhase = (
  context: AttemptContext,
  plan: AttemptPlan,
  prepared: PreparedSandboxes,
): Promise<Verdict | null> =>
  inPhase(context, 'setup', async () => {
    const end = await runCommands(context, plan, {
      prepared,
      request: {
        phase: 'setup',
        commands: plan.setup,
        network: plan.network.setup,
        seconds: plan.limits.setupSeconds,
        logName: 'setup.log',
        onCommand: () => undefined,
      },
    });
    return judgePhase('setup', end);
  });

const prepareNext = (context: AttemptContext, plan: AttemptPlan, prepared: PreparedSandboxes): void => {
  prepared.prepare(
    planPhase(context, plan, { phase: 'collect', network: NO_NETWORK }),
    new AbortController().signal,
  );
};

const collectStep = async (
  context: AttemptContext,
  prepared: PreparedSandboxes,
  { checkedOut, plan, agentStartedAtMs }: CheckoutResult & { agentStartedAtMs: number },
): Promise<CollectEnd> => {
  if (plan.verify.length > 0) await context.ports.sources.prepareVerify(context.key, checkedOut.baseCommit);
  const hadSetup = plan.setup.length > 0;
  return collectPhase(context, plan, {
    prepared,
    checkedOut,
    agentStartedAtMs: hadSetup ? agentStartedAtMs : null,
  });
};

const walk = async (
  context: AttemptContext,
  prepared: PreparedSandboxes,
  progress: Progress,
): Promise<void> => {
  throwIfStopped(context);
  await context.ports.workspaces.open(context.key, context.claim.task.limits.diskMb);
  prepareFirst(context, prepared);
  const checkout = (progress.checkout = await checkoutPhase(context));
  const { plan, checkedOut } = checkout;
  throwIfStopped(context);
  if (plan.setup.length > 0) progress.verdict = await setupPhase(context, plan, prepared);
  if (progress.verdict) return;

  throwIfStopped(context);
  const agentStartedAtMs = Date.now();
  const agent = inPhase(context, 'agent', () => agentPhase(context, plan, { prepared, checkedOut }));
  prepareNext(context, plan, prepared);
  progress.agent = await agent;
  progress.verdict = progress.agent.verdict;
  if (progress.verdict && endsWithoutCollect(progress.verdict)) return;

  // The agent's container is gone before its workspace is read: nothing may write behind collect's back.
  await prepared.destroy('agent', AbortSignal.timeout(30_000));
  const collect = await collectStep(context, prepared, { ...checkout, agentStartedAtMs });
  progress.collected = collect.collected;
  progress.verdict ??= collect.verdict;
  if (progress.verdict || plan.verify.length === 0 || !hasChanges(progress.collected)) return;

  const verified: VerifyEnd = await verifyPhase(context, plan, prepared);
  progress.verify = verified.results;
  progress.verdict = verified.verdict;
};

const hasChanges = (collected: Collected | null): boolean =>
  collected !== null && collected.baseTree !== collected.resultTree;

const outcomeOf = (progress: Progress): Verdict['outcome'] | 'changed' | 'no_changes' => {
  if (progress.verdict) return progress.verdict.outcome;
  return hasChanges(progress.collected) ? 'changed' : 'no_changes';
};

const resultOf = (context: AttemptContext, progress: Progress, outcome: string): Record<string, unknown> => ({
  v: 1,
  taskId: context.key.taskId,
  attempt: context.key.attempt,
  outcome,
  error: progress.verdict?.error ?? null,
  summary: progress.agent?.summary ?? null,
  base: progress.checkout?.checkedOut.base ?? null,
  resultTree: progress.collected?.resultTree ?? null,
  verify: progress.verify,
});

/**
 * The walk of one attempt from checkout to stored artifacts. Never throws: every fault becomes an outcome, and what was
 * done until then is kept. `lost` means that nobody may be told.
 */
export const walkAttempt = async (
  context: AttemptContext,
  prepared: PreparedSandboxes,
): Promise<AttemptEnd | 'lost'> => {
  const progress: Progress = { verdict: null, checkout: null, agent: null, collected: null, verify: [] };
  try {
    await walk(context, prepared, progress);
  } catch (thrown) {
    progress.verdict = verdictOfThrown(context, thrown);
  }
  try {
    return await endOf(context, progress);
  } catch (thrown) {
    progress.verdict = verdictOfThrown(context, thrown);
    return progress.verdict.outcome === 'lost' ? 'lost' : bareEnd(context, progress, progress.verdict);
  }
};

const endOf = async (context: AttemptContext, progress: Progress): Promise<AttemptEnd | 'lost'> => {
  const outcome = outcomeOf(progress);
  if (outcome === 'lost') return 'lost';
  context.held.check();
  const artifacts =
    outcome === 'handed_back'
      ? []
      : await storeArtifacts(context, progress.collected, resultOf(context, progress, outcome));
  const { collected } = progress;
  return {
    outcome,
    error: maskError(context, progress.verdict),
    resultTree: collected?.resultTree ?? null,
    diffstat: collected
      ? { files: collected.files, insertions: collected.insertions, deletions: collected.deletions }
      : null,
    verify: progress.verify,
    artifacts,
    agentSeconds: progress.agent?.seconds ?? 0,
  };
};

/** The end when not even the artifacts could be stored. */
const bareEnd = (context: AttemptContext, progress: Progress, verdict: Verdict): AttemptEnd => ({
  outcome: verdict.outcome === 'lost' ? 'infrastructure' : verdict.outcome,
  error: maskError(context, verdict),
  resultTree: null,
  diffstat: null,
  verify: [],
  artifacts: [],
  agentSeconds: progress.agent?.seconds ?? 0,
});

const maskError = (context: AttemptContext, verdict: Verdict | null): AttemptEnd['error'] =>
  verdict?.error ? { ...verdict.error, message: context.redactor.mask(verdict.error.message) } : null;
