import type { PhasePlan } from '@drydock/engine';
import { clientPhase } from './client-phase.ts';
import type { HostFacts } from './host-facts.ts';
import type { SandboxSpec } from './sandbox-spec.ts';

/** Prepares the workspace and HOME that the agent gets. */
export const compileSetupPhase = (plan: PhasePlan, host: HostFacts): SandboxSpec =>
  clientPhase(plan, host, { workspace: 'work', home: 'home', sockets: 'run-setup' });
