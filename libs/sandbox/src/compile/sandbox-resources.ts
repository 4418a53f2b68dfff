import type { SandboxResources, SandboxTmpfs } from './sandbox-spec.ts';

const MIB = 1024 ** 2;

/**
 * What the runner takes on top of the client's share: Node with a conversation and its output buffers in memory; the
 * init, Node's own threads and the threads of its file and name service pool.
 */
const RUNNER_OVERHEAD = { memoryBytes: 192 * MIB, pids: 16 } as const;

/** A quarter of Docker's normal: the worker, its database and the gateway stay quick beside a busy agent. */
const CPU_SHARES = 256;
/**
 * Enough for builds and watchers, and below what an engine without CAP_SYS_RESOURCE may have itself (seen: 20,000): asking
 * for more fails the start. The usual million makes programs slow that walk all possible descriptors.
 */
const OPEN_FILES = 16_384;
const SHM_BYTES = 64 * MIB;
const MAX_TMP_BYTES = 1024 * MIB;
/** One file per page of the size: a tree of tiny files runs out of both at once. */
const BYTES_PER_INODE = 4096;

/** What the processes of a phase may use, without the runner. */
export interface Share {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly pids: number;
}

export const resourcesOf = (share: Share, hostCpus: number): SandboxResources => ({
  memoryBytes: share.memoryMb * MIB + RUNNER_OVERHEAD.memoryBytes,
  nanoCpus: Math.round(Math.min(share.cpus, hostCpus) * 1e9),
  cpuShares: CPU_SHARES,
  pids: share.pids + RUNNER_OVERHEAD.pids,
  shmBytes: SHM_BYTES,
  openFiles: OPEN_FILES,
  coreBytes: 0,
});

/** /tmp: programs built there may run. A quarter of the memory, so that a full one leaves room to work. */
export const tmpOf = (share: Share): SandboxTmpfs => {
  const bytes = Math.min((share.memoryMb * MIB) / 4, MAX_TMP_BYTES);
  return { path: '/tmp', bytes, inodes: bytes / BYTES_PER_INODE, exec: true, mode: '1777', owner: '0:0' };
};

const HOME_BYTES = 64 * MIB;

/** A HOME that is gone with the container. */
export const volatileHome = (path: string, owner: string): SandboxTmpfs => ({
  path,
  bytes: HOME_BYTES,
  inodes: HOME_BYTES / BYTES_PER_INODE,
  exec: false,
  mode: '700',
  owner,
});
