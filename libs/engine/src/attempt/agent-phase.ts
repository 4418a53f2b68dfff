import { OPERATOR_LIMITS } from '@drydock/domain';
import type { AgentJob } from '@drydock/contracts';
import type { MeteredCall } from '../ports/attempt-store.ts';
import type { GatewayEndpoint } from '../ports/gateway.ts';
import type { CheckedOut } from '../ports/source.ts';
import { AgentTranscript } from './agent-transcript.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import { logMessage } from './commands-phase.ts';
import { watchDisk } from './disk-watch.ts';
import { PhaseLog } from './phase-log.ts';
import { planPhase } from './phase-plans.ts';
import { runPhase, type PhaseEnd } from './phase-run.ts';
import { judgePhase, type Verdict } from './phase-verdict.ts';
import type { PreparedSandboxes } from './prepared-sandboxes.ts';
import { sandboxEnvironment } from './sandbox-environment.ts';

export interface AgentResult {
  /** Null: the agent did what it should. */
  readonly verdict: Verdict | null;
  readonly seconds: number;
  /** The agent's closing words, or null. */
  readonly summary: string | null;
}

const recordCall =
  (context: AttemptContext) =>
  async (call: MeteredCall): Promise<void> => {
    context.meter.usage = await context.ports.attempts.recordCall(context.fence, call);
    context.events.add('model.call', call);
    context.ports.telemetry.log.debug(
      { ...context.key, callId: call.callId, status: call.status, ms: call.ms },
      'model call',
    );
  };

const openEndpoint = (context: AttemptContext, plan: AttemptPlan): Promise<GatewayEndpoint> => {
  const { task } = context.claim;
  const network = plan.network.agent;
  return context.ports.gateway.open({
    key: context.key,
    phase: 'agent',
    llm: {
      model: task.request.agent.model ?? context.settings.defaultModel,
      budget: plan.limits,
      spent: task.usage,
      onCall: recordCall(context),
    },
    egress: network.mode === 'allowlist' ? { allow: network.allow } : null,
    onNotice: (notice) => {
      context.events.add('notice', notice);
    },
  });
};

const agentJob = (context: AttemptContext, plan: AttemptPlan, checkedOut: CheckedOut): AgentJob => {
  const { request } = context.claim.task;
  return {
    kind: 'agent',
    harness: request.agent.harness,
    command: request.agent.command ?? [],
    model: request.agent.model ?? context.settings.defaultModel,
    description: request.description,
    instructions: plan.instructions,
    agentsMd: checkedOut.agentsMd,
    focusPaths: request.focusPaths,
    maxSteps: plan.limits.maxSteps,
    maxTokens: plan.limits.maxTokens,
    maxCostUsd: plan.limits.maxCostUsd,
    timeoutSeconds: plan.limits.timeoutSeconds,
  };
};

const follow = async (
  context: AttemptContext,
  plan: AttemptPlan,
  parts: { prepared: PreparedSandboxes; checkedOut: CheckedOut },
): Promise<PhaseEnd> => {
  const { ports, key } = context;
  const log = new PhaseLog({
    phase: 'agent',
    events: context.events,
    file: ports.spool.open(key, 'agent.log'),
    allowance: context.logAllowance,
    redactor: context.redactor,
  });
  const transcript = new AgentTranscript(context, log);
  const disk = watchDisk(context);
  const network = plan.network.agent;
  try {
    return await runPhase({
      phase: 'agent',
      created: parts.prepared.take(planPhase(context, plan, { phase: 'agent', network }), context.signal),
      start: {
        job: agentJob(context, plan, parts.checkedOut),
        maxLogBytes: OPERATOR_LIMITS.maxLogBytes,
        ...sandboxEnvironment(true, network),
      },
      seconds: plan.limits.timeoutSeconds,
      signal: AbortSignal.any([context.signal, disk.signal]),
      onMessage: (message) => {
        logMessage(context, log, message);
        transcript.take(message);
      },
    });
  } finally {
    disk.stop();
    await Promise.all([transcript.close(), log.close()]);
  }
};

/** Runs the harness behind its gateway sockets and judges its end. */
export const agentPhase = async (
  context: AttemptContext,
  plan: AttemptPlan,
  parts: { prepared: PreparedSandboxes; checkedOut: CheckedOut },
): Promise<AgentResult> => {
  const startedAt = performance.now();
  const endpoint = await openEndpoint(context, plan);
  try {
    const end = await follow(context, plan, parts);
    return {
      verdict: judgePhase('agent', end, { refusal: endpoint.refusal(), failure: endpoint.failure() }),
      seconds: Math.round(performance.now() - startedAt) / 1000,
      summary: end.done?.ok === true ? end.done.message : null,
    };
  } finally {
    await endpoint.close();
  }
};
