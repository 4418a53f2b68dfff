import type { AskDead, AttemptKey, DiskUse, LocateArea, Reaped, Workspaces } from '@drydock/engine';
import { mkdir, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { WRITABLE_AREAS } from './area-modes.ts';
import { DirectoryWorkspaces, makeArea } from './directory-workspaces.ts';
import { DiskLimits } from './disk-limits.ts';
import { mountTool, unmountBelow } from './mounts-below.ts';
import { reapDirectories } from './reap-directories.ts';

const IMAGE = 'disk.img';
const MOUNT = 'disk';
const MIB = 1024 ** 2;
/** Room for the file system itself, so that the client gets what was promised. */
const OVERHEAD_MB = 16;
/** ext4 without a journal: nothing on it outlives the attempt, and the disk is the client's. */
const MKFS = ['-q', '-F', '-O', '^has_journal', '-m', '0', '-E', 'lazy_itable_init=1,root_owner=0:0'];
/** Full for a program is when its next block is refused; a block or two may be left over. */
const FULL_BYTES = MIB;

const makeSparse = async (path: string, bytes: number): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
};

/** What the areas do on plain directories, with the writable ones on an ext4 image of the limit's size: ENOSPC is hard. */
export class LoopWorkspaces implements Workspaces {
  readonly #locate: LocateArea;
  readonly #plain: DirectoryWorkspaces;
  readonly #limits = new DiskLimits();

  constructor(locate: LocateArea) {
    this.#locate = locate;
    this.#plain = new DirectoryWorkspaces(locate);
  }

  async open(key: AttemptKey, diskMb: number): Promise<void> {
    const own = this.#locate(key, null);
    await unmountBelow(own);
    await this.#plain.open(key, diskMb);
    const [image, disk] = [join(own, IMAGE), join(own, MOUNT)];
    await makeSparse(image, (diskMb + OVERHEAD_MB) * MIB);
    await mountTool('mkfs.ext4', [...MKFS, image]);
    await mkdir(disk, 0o700);
    await mountTool('mount', ['-o', 'loop,nosuid,nodev,noatime', image, disk]);
    for (const area of WRITABLE_AREAS) {
      await makeArea(join(disk, area), area);
      await mountTool('mount', ['--bind', join(disk, area), this.#locate(key, area)]);
    }
    this.#limits.set(key, diskMb);
  }

  /** The image keeps its size: making it smaller would mean another file system. */
  limitDisk(key: AttemptKey, diskMb: number): void {
    this.#limits.change(key, diskMb);
  }

  writeFile(...file: Parameters<Workspaces['writeFile']>): Promise<void> {
    return this.#plain.writeFile(...file);
  }

  async diskUse(key: AttemptKey): Promise<DiskUse> {
    const { blocks, bavail, bsize, files, ffree } = await statfs(join(this.#locate(key, null), MOUNT));
    const isFull = bavail * bsize < FULL_BYTES || (files > 0 && ffree === 0);
    const usedBytes = (blocks - bavail) * bsize;
    const judged = this.#limits.judge(key, isFull ? Number.POSITIVE_INFINITY : usedBytes);
    return { usedBytes, exceeded: judged.exceeded };
  }

  readOut(key: AttemptKey, name: string, maxBytes: number): ReturnType<Workspaces['readOut']> {
    return this.#plain.readOut(key, name, maxBytes);
  }

  async close(key: AttemptKey): Promise<void> {
    this.#limits.forget(key);
    await unmountBelow(this.#locate(key, null));
    await this.#plain.close(key);
  }

  reap(askDead: AskDead): Promise<Reaped> {
    return reapDirectories(this.#locate, askDead, (key) => this.close(key));
  }

  freeShare(): Promise<number> {
    return this.#plain.freeShare();
  }
}
