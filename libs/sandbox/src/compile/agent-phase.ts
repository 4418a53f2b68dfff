import type { PhasePlan } from '@drydock/engine';
import { clientPhase } from './client-phase.ts';
import type { HostFacts } from './host-facts.ts';
import type { SandboxSpec } from './sandbox-spec.ts';

/** The harness. Its model is behind a socket of `run-agent`. */
export const compileAgentPhase = (plan: PhasePlan, host: HostFacts): SandboxSpec =>
  clientPhase(plan, host, { workspace: 'work', home: 'home', sockets: 'run-agent' });
