import type { PhasePlan } from '@drydock/engine';
import { clientPhase } from './client-phase.ts';
import type { HostFacts } from './host-facts.ts';
import type { SandboxSpec } from './sandbox-spec.ts';

/** The platform's check. Nothing that the agent could write but base + patch is in its reach, not even HOME. */
export const compileVerifyPhase = (plan: PhasePlan, host: HostFacts): SandboxSpec =>
  clientPhase(plan, host, { workspace: 'verify-work', home: 'verify-home', sockets: 'run-verify' });
