import type { SandboxSpec } from './sandbox-spec.ts';

const VOLUME_BYTES = 64 * 1024 ** 2;
const VOLUME_INODES = 16_384;

/**
 * Puts a small tmpfs where the image declares a volume. The engine would otherwise make one on the host's disk, writable
 * and outside of every disk limit. Places that are mounted anyway need none.
 */
export const maskVolumes = (spec: SandboxSpec, volumes: readonly string[]): SandboxSpec => {
  const taken = new Set<string>([...spec.tmpfs.map(({ path }) => path), ...spec.mounts.map((m) => m.target)]);
  const paths = volumes.map((path) => path.replace(/(?<=.)\/+$/, '')).filter((path) => !taken.has(path));
  const masks = [...new Set(paths)].sort().map((path) => ({
    path,
    bytes: VOLUME_BYTES,
    inodes: VOLUME_INODES,
    exec: true,
    mode: '1777',
    owner: '0:0',
  }));
  return masks.length === 0 ? spec : { ...spec, tmpfs: [...spec.tmpfs, ...masks] };
};
