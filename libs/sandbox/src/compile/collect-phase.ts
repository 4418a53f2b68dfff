import type { PhasePlan, WorkspaceArea } from '@drydock/engine';
import { hardened, INSIDE, SANDBOX_OWNER } from './hardened.ts';
import type { HostFacts } from './host-facts.ts';
import { volatileHome, type Share } from './sandbox-resources.ts';
import type { SandboxMount, SandboxSpec } from './sandbox-spec.ts';

/** The platform's own work: a client with small limits must not make its patch impossible. */
const COLLECT_SHARE: Share = { memoryMb: 2048, cpus: 2, pids: 128 };

/**
 * Makes the patch with the platform's own tools, never with an image of the client: a git in that image would be the
 * agent's accomplice. Never a network or sockets, whatever the plan says.
 */
export const compileCollectPhase = (plan: PhasePlan, host: HostFacts): SandboxSpec => {
  const mount = (area: WorkspaceArea, target: string, readOnly: boolean): SandboxMount => ({
    source: host.locate(plan.key, area),
    target,
    readOnly,
  });
  return hardened(plan, host, {
    image: host.toolboxImage,
    share: COLLECT_SHARE,
    network: 'none',
    mounts: [
      mount('work', INSIDE.workspace, false),
      mount('base', INSIDE.baseGit, true),
      mount('out', INSIDE.out, false),
      ...(plan.withVerify ? [mount('verify-work', INSIDE.verify, false)] : []),
    ],
    tmpfs: [volatileHome(INSIDE.home, SANDBOX_OWNER)],
  });
};
