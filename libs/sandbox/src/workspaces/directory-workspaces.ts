import {
  WORKSPACE_AREAS,
  type AskDead,
  type AttemptKey,
  type DiskUse,
  type LocateArea,
  type Reaped,
  type WorkspaceArea,
  type Workspaces,
} from '@drydock/engine';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AREA_MODES, WRITABLE_AREAS } from './area-modes.ts';
import { exists, removeTree, rootOf } from './attempt-directory.ts';
import { DiskLimits } from './disk-limits.ts';
import { allocatedBytes, freeShareOf } from './measure-disk.ts';
import { openRegularFile, type OutFile } from './read-out.ts';
import { reapDirectories } from './reap-directories.ts';

/** Plain directories; the limit is a watchdog's, who asks `diskUse` again and again. Needs root. */
export class DirectoryWorkspaces implements Workspaces {
  readonly #locate: LocateArea;
  readonly #limits = new DiskLimits();

  constructor(locate: LocateArea) {
    this.#locate = locate;
  }

  async open(key: AttemptKey, diskMb: number): Promise<void> {
    const own = this.#locate(key, null);
    if (await exists(own)) await this.close(key);
    await mkdir(own, { recursive: true });
    await chmod(own, 0o700);
    await Promise.all(WORKSPACE_AREAS.map((area) => makeArea(this.#locate(key, area), area)));
    this.#limits.set(key, diskMb);
  }

  limitDisk(key: AttemptKey, diskMb: number): void {
    this.#limits.change(key, diskMb);
  }

  async writeFile(...[key, area, name, text]: Parameters<Workspaces['writeFile']>): Promise<void> {
    const path = join(this.#locate(key, area), name);
    await writeFile(path, text, { flag: 'wx' });
    await chmod(path, 0o444);
  }

  async diskUse(key: AttemptKey): Promise<DiskUse> {
    return this.#limits.judge(
      key,
      await allocatedBytes(WRITABLE_AREAS.map((area) => this.#locate(key, area))),
    );
  }

  readOut(key: AttemptKey, name: string, maxBytes: number): Promise<OutFile | null> {
    return openRegularFile(this.#locate(key, 'out'), name, maxBytes);
  }

  async close(key: AttemptKey): Promise<void> {
    this.#limits.forget(key);
    await removeTree(this.#locate(key, null));
  }

  reap(askDead: AskDead): Promise<Reaped> {
    return reapDirectories(this.#locate, askDead, (key) => this.close(key));
  }

  async freeShare(): Promise<number> {
    const root = rootOf(this.#locate);
    await mkdir(root, { recursive: true });
    return freeShareOf(root);
  }
}

/** Makes one area empty with its owner and mode, whatever the umask is. */
export const makeArea = async (directory: string, area: WorkspaceArea): Promise<void> => {
  const { uid, mode } = AREA_MODES[area];
  await mkdir(directory);
  await chmod(directory, mode);
  await chown(directory, uid, uid);
};
