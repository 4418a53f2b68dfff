import type { PhasePlan, WorkspaceArea } from '@drydock/engine';
import { hardened, INSIDE } from './hardened.ts';
import type { HostFacts } from './host-facts.ts';
import type { SandboxMount, SandboxSpec } from './sandbox-spec.ts';

/** The places of a phase that runs the client's own image with the client's limits. */
export interface ClientAreas {
  readonly workspace: WorkspaceArea;
  readonly home: WorkspaceArea;
  readonly sockets: WorkspaceArea;
}

const mountsOf = (plan: PhasePlan, host: HostFacts, areas: ClientAreas): SandboxMount[] => {
  const mount = (area: WorkspaceArea, target: string, readOnly: boolean): SandboxMount => ({
    source: host.locate(plan.key, area),
    target,
    readOnly,
  });
  return [
    mount(areas.workspace, INSIDE.workspace, false),
    mount(areas.home, INSIDE.home, false),
    mount('in', INSIDE.input, true),
    // Connecting to a socket needs no writable mount, and nobody inside can put a socket of his own there.
    ...(plan.sockets ? [mount(areas.sockets, INSIDE.sockets, true)] : []),
  ];
};

/** Mode `allowlist` has no network either: it reaches the egress proxy by its socket. */
export const clientPhase = (plan: PhasePlan, host: HostFacts, areas: ClientAreas): SandboxSpec =>
  hardened(plan, host, {
    image: plan.image,
    share: plan.limits,
    network: plan.network === 'full' ? 'bridge' : 'none',
    mounts: mountsOf(plan, host, areas),
    tmpfs: [],
  });
