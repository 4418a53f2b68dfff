import type { PhasePlan } from '@drydock/engine';
import type { HostFacts } from './host-facts.ts';
import { labelsOf, sandboxName } from './sandbox-identity.ts';
import { resourcesOf, tmpOf, type Share } from './sandbox-resources.ts';
import type { SandboxMount, SandboxSpec } from './sandbox-spec.ts';

/** The user `agent` of every sandbox; the image need not know it. */
export const SANDBOX_UID = 10_001;
export const SANDBOX_OWNER = `${String(SANDBOX_UID)}:${String(SANDBOX_UID)}`;

/** Paths inside; the runner and the engine know them too. */
export const INSIDE = {
  workspace: '/workspace',
  home: '/home/agent',
  input: '/in',
  sockets: '/run/drydock',
  runtime: '/opt/drydock',
  baseGit: '/base.git',
  out: '/out',
  verify: '/verify',
} as const;

/** What differs from phase to phase. */
export interface PhaseParts {
  readonly image: string;
  readonly share: Share;
  readonly network: SandboxSpec['network'];
  readonly mounts: readonly SandboxMount[];
  readonly tmpfs: SandboxSpec['tmpfs'];
}

/**
 * The jail that every phase gets. PATH stays the image's: an image of a language has its tools in places of its own. The
 * engine's default seccomp profile is on because nothing here turns it off.
 */
export const hardened = (plan: PhasePlan, host: HostFacts, parts: PhaseParts): SandboxSpec => ({
  name: sandboxName(host.instanceId, plan.key, plan.phase),
  labels: labelsOf(plan, host),
  image: parts.image,
  argv: host.runnerArgv,
  env: { HOME: INSIDE.home, TMPDIR: '/tmp', LANG: 'C.UTF-8' },
  hostname: 'drydock',
  workingDirectory: INSIDE.workspace,
  user: SANDBOX_OWNER,
  runtime: host.sandboxRuntime,
  network: parts.network,
  droppedCapabilities: ['ALL'],
  securityOptions: ['no-new-privileges'],
  readOnlyRoot: true,
  init: true,
  ipc: 'private',
  logDriver: 'none',
  oomScoreAdjustment: 500,
  resources: resourcesOf(parts.share, host.cpuCount),
  tmpfs: [tmpOf(parts.share), ...parts.tmpfs],
  mounts: [...parts.mounts, { source: host.runtimeDirectory, target: INSIDE.runtime, readOnly: true }],
});
