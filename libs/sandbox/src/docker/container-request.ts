import type { ContainerCreateOptions } from 'dockerode';
import type { SandboxSpec, SandboxTmpfs } from '../compile/sandbox-spec.ts';

const tmpfsOptions = (tmpfs: SandboxTmpfs): string => {
  const [uid = '0', gid = '0'] = tmpfs.owner.split(':');
  return [
    'rw',
    tmpfs.exec ? 'exec' : 'noexec', // Docker's default is noexec
    'nosuid',
    'nodev',
    `size=${String(tmpfs.bytes)}`,
    `nr_inodes=${String(tmpfs.inodes)}`,
    `mode=${tmpfs.mode}`,
    `uid=${uid}`,
    `gid=${gid}`,
  ].join(',');
};

const hostConfigOf = (spec: SandboxSpec): ContainerCreateOptions['HostConfig'] => {
  const { resources } = spec;
  return {
    AutoRemove: false, // the exit is read after the end
    CapDrop: [...spec.droppedCapabilities],
    CpuShares: resources.cpuShares,
    Init: spec.init,
    IpcMode: spec.ipc,
    LogConfig: { Type: spec.logDriver, Config: {} },
    Memory: resources.memoryBytes,
    MemorySwap: resources.memoryBytes,
    // A mount, unlike a bind, fails when its source is missing: the engine never makes a directory for us.
    Mounts: spec.mounts.map((mount) => ({
      Type: 'bind',
      Source: mount.source,
      Target: mount.target,
      ReadOnly: mount.readOnly,
      BindOptions: { Propagation: 'rprivate' },
    })),
    NanoCpus: resources.nanoCpus,
    NetworkMode: spec.network,
    OomScoreAdj: spec.oomScoreAdjustment,
    PidsLimit: resources.pids,
    ReadonlyRootfs: spec.readOnlyRoot,
    RestartPolicy: { Name: 'no' },
    Runtime: spec.runtime,
    SecurityOpt: [...spec.securityOptions],
    ShmSize: resources.shmBytes,
    Tmpfs: Object.fromEntries(spec.tmpfs.map((tmpfs) => [tmpfs.path, tmpfsOptions(tmpfs)])),
    Ulimits: [
      { Name: 'nofile', Soft: resources.openFiles, Hard: resources.openFiles },
      { Name: 'core', Soft: resources.coreBytes, Hard: resources.coreBytes },
    ],
  };
};

/** The spec in the words of the Docker API; no decision is made here. */
export const containerRequest = (spec: SandboxSpec): ContainerCreateOptions => ({
  name: spec.name,
  Image: spec.image,
  Entrypoint: [...spec.argv],
  Cmd: [],
  Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
  Hostname: spec.hostname,
  User: spec.user,
  WorkingDir: spec.workingDirectory,
  Labels: { ...spec.labels },
  Healthcheck: { Test: ['NONE'] }, // an image's own would run beside the runner
  AttachStdin: true,
  AttachStdout: true,
  AttachStderr: true,
  OpenStdin: true,
  StdinOnce: true,
  Tty: false,
  HostConfig: hostConfigOf(spec),
});
