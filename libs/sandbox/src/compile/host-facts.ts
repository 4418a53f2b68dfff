import type { InstanceId } from '@drydock/domain';
import type { LocateArea } from '@drydock/engine';

/** OCI runtimes that are supported: both see the gateway's unix sockets. */
export type SandboxRuntime = 'runc' | 'runsc';

/** What the compiler must know of this worker; wiring collects it once, so that compiling stays pure. */
export interface HostFacts {
  readonly instanceId: InstanceId;
  /** Name of this machine, the same over restarts: the reaper touches only its own host. */
  readonly host: string;
  readonly workerId: string;
  /** Node, its loader and libraries, and the runner; mounted read-only at /opt/drydock. */
  readonly runtimeDirectory: string;
  /** Starts the runner, in paths of the sandbox. */
  readonly runnerArgv: readonly string[];
  /** Image of the phases that the client does not choose. */
  readonly toolboxImage: string;
  readonly sandboxRuntime: SandboxRuntime;
  /** CPUs of this machine; a larger wish is clamped to it. */
  readonly cpuCount: number;
  readonly locate: LocateArea;
}
