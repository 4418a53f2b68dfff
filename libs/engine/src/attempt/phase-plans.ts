import type { NetworkPolicy } from '@drydock/contracts';
import type { PhasePlan, SandboxPhase } from '../ports/sandbox.ts';
import { OPERATOR_LIMITS } from '@drydock/domain';
import type { AttemptContext } from './attempt-context.ts';
import type { AttemptPlan } from './attempt-plan.ts';

/** How long past its own time limit a container may live before any reaper may take it. */
const REAP_SLACK_SECONDS = 120;

const secondsOf = (plan: AttemptPlan, phase: SandboxPhase): number => {
  const { limits } = plan;
  const seconds = {
    setup: limits.setupSeconds,
    agent: limits.timeoutSeconds,
    collect: OPERATOR_LIMITS.collectSeconds,
    verify: limits.verifySeconds,
  };
  return seconds[phase];
};

/** The jail of one phase. The agent always gets its LLM socket; the others have sockets only with an allowlist. */
export const planPhase = (
  context: AttemptContext,
  plan: AttemptPlan,
  options: { phase: SandboxPhase; network: NetworkPolicy },
): PhasePlan => {
  const { phase, network } = options;
  return {
    key: context.key,
    phase,
    sessionId: context.fence.sessionId,
    image: plan.image,
    limits: plan.limits,
    network: network.mode,
    sockets: phase === 'agent' || network.mode === 'allowlist',
    withVerify: phase === 'collect' && plan.verify.length > 0,
    // Rounded up to the hour, so that two plans made a moment apart compare equal.
    deadlineMs:
      Math.ceil(
        (Date.now() + (secondsOf(plan, phase) + plan.limits.setupSeconds + REAP_SLACK_SECONDS) * 1000) /
          3_600_000,
      ) * 3_600_000,
  };
};
