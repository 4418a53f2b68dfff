import type { PhasePlan } from '@drydock/engine';
import { compileAgentPhase } from './agent-phase.ts';
import { compileCollectPhase } from './collect-phase.ts';
import type { HostFacts } from './host-facts.ts';
import type { SandboxSpec } from './sandbox-spec.ts';
import { compileSetupPhase } from './setup-phase.ts';
import { compileVerifyPhase } from './verify-phase.ts';

const COMPILERS = {
  setup: compileSetupPhase,
  agent: compileAgentPhase,
  collect: compileCollectPhase,
  verify: compileVerifyPhase,
};

/** The jail of one phase as plain data. Pure: the same plan on the same host gives the same spec. */
export const compilePhase = (plan: PhasePlan, host: HostFacts): SandboxSpec =>
  COMPILERS[plan.phase](plan, host);
