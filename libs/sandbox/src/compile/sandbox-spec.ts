import type { SandboxRuntime } from './host-facts.ts';

export interface SandboxMount {
  /** Absolute directory on the host; it exists. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** In memory, and charged to the sandbox's memory. Always nosuid and nodev. */
export interface SandboxTmpfs {
  readonly path: string;
  readonly bytes: number;
  /** Empty files cost no bytes but host memory, so they have a bound of their own. */
  readonly inodes: number;
  readonly exec: boolean;
  /** Octal, as in `1777`. */
  readonly mode: string;
  /** `uid:gid` */
  readonly owner: string;
}

export interface SandboxResources {
  /** Memory and swap together: there is no swap on top. */
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  /** Weight when the CPUs are contended; Docker's normal is 1024. */
  readonly cpuShares: number;
  readonly pids: number;
  readonly shmBytes: number;
  readonly openFiles: number;
  readonly coreBytes: number;
}

/** One jail as plain data: all policy is in here, a driver only translates. Compared whole with golden files. */
export interface SandboxSpec {
  /** Also the lock: the engine refuses a second one of the same name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly argv: readonly string[];
  /** Readable by every process inside, so never a secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly workingDirectory: string;
  /** `uid:gid` */
  readonly user: string;
  readonly runtime: SandboxRuntime;
  readonly network: 'none' | 'bridge';
  readonly droppedCapabilities: readonly string[];
  readonly securityOptions: readonly string[];
  readonly readOnlyRoot: boolean;
  /** An init as PID 1: reaps orphans, and makes signals work. */
  readonly init: boolean;
  readonly ipc: 'private';
  readonly logDriver: 'none';
  /** The first victim when the host itself runs out of memory, before the worker and the engine. */
  readonly oomScoreAdjustment: number;
  readonly resources: SandboxResources;
  readonly tmpfs: readonly SandboxTmpfs[];
  readonly mounts: readonly SandboxMount[];
}
