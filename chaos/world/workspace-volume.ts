import { execFile } from 'node:child_process';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BYTES = 1024 ** 3;

/** A small disk of its own below the workspaces, so that it can run full without harm to anything else. */
export interface WorkspaceVolume {
  /** Leaves no byte to anybody. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an ext4 image and mounts it. Needs root. */
export const openWorkspaceVolume = async (image: string, mountPoint: string): Promise<WorkspaceVolume> => {
  await writeFile(image, '');
  await truncate(image, BYTES);
  await run('mkfs.ext4', ['-q', '-m', '0', image]);
  await run('mount', ['-o', 'loop,nosuid,nodev', image, mountPoint]);
  // A directory that ext4 makes: nobody takes it for an attempt's.
  const ballast = join(mountPoint, 'lost+found', 'ballast');
  return {
    // Beside the blocks that are free now, those that are given back while it writes: `dd` goes on until the disk is full.
    fill: async () => {
      await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M', 'status=none']).catch(() => undefined);
    },
    empty: () => rm(ballast, { force: true }),
    close: async () => {
      await run('umount', ['--lazy', mountPoint]);
      await rm(image, { force: true });
    },
  };
};
