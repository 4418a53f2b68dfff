import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceId } from '@drydock/domain';
import type { LocateArea, PhasePlan, RunningSandbox } from '@drydock/engine';
import { anySignal, aPhasePlan, tell, textOf } from '@drydock/engine/testing';
import Docker from 'dockerode';
import type { HostFacts } from '../compile/host-facts.ts';
import { LABELS } from '../compile/sandbox-identity.ts';
import { DEFAULT_SOCKET } from '../docker/engine-client.ts';
import { DockerSandboxes } from '../docker/docker-sandboxes.ts';
import { DirectoryWorkspaces } from '../workspaces/directory-workspaces.ts';

/** Runs each line of stdin as a command of bash, with its errors in the output. */
export const SHELL: readonly string[] = [
  '/bin/bash',
  '-c',
  'exec 2>&1; while read -r line; do eval "$line"; done',
];

/** The engine of set-up and of the client below. */
const SOCKET = process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') || DEFAULT_SOCKET;

export const locateBelow =
  (root: string): LocateArea =>
  (key, area) => {
    const own = join(root, `${key.taskId}-${key.attempt}`);
    return area === null ? own : join(own, area);
  };

/** An instance of its own on the real engine, with real directories. */
export class SandboxBench {
  readonly docker = new Docker();
  readonly host: HostFacts;
  readonly sandboxes: DockerSandboxes;
  readonly workspaces: DirectoryWorkspaces;
  readonly #root: string;

  private constructor(root: string, host: HostFacts) {
    this.#root = root;
    this.host = host;
    this.sandboxes = new DockerSandboxes({ host, socketPath: SOCKET });
    this.workspaces = new DirectoryWorkspaces(host.locate);
  }

  static async open(runnerArgv: readonly string[], rest: Partial<HostFacts> = {}): Promise<SandboxBench> {
    const root = await mkdtemp(join(tmpdir(), 'dd-sb-')); // short: paths of unix sockets end at 107 bytes
    const runtimeDirectory = join(root, 'runtime');
    await mkdir(runtimeDirectory);
    return new SandboxBench(root, {
      instanceId: randomBytes(8).toString('hex') as InstanceId,
      host: 'spec-host',
      workerId: 'spec-worker',
      runtimeDirectory,
      runnerArgv,
      toolboxImage: 'drydock/toolbox:1',
      sandboxRuntime: 'runc',
      cpuCount: 2,
      locate: locateBelow(join(root, 'w')),
      ...rest,
    });
  }

  async aPlan(rest: Partial<PhasePlan> = {}): Promise<PhasePlan> {
    const plan = aPhasePlan(rest);
    await this.workspaces.open(plan.key, plan.limits.diskMb);
    return plan;
  }

  async start(plan: PhasePlan): Promise<RunningSandbox> {
    return (await this.sandboxes.create(plan, anySignal())).start(anySignal());
  }

  /** All output of some commands, after their end. */
  async run(plan: PhasePlan, ...commands: string[]): Promise<string> {
    const running = await this.start(plan);
    tell(running, ...commands, 'exit');
    const [text] = await Promise.all([textOf(running.output), running.wait()]);
    return text.trim();
  }

  async countLeft(): Promise<number> {
    const label = [`${LABELS.instance}=${this.host.instanceId}`];
    return (await this.docker.listContainers({ all: true, filters: { label } })).length;
  }

  async close(): Promise<void> {
    await this.sandboxes.reap((all) => Promise.resolve(all));
    await rm(this.#root, { recursive: true, force: true });
  }
}
