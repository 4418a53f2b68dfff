import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AttemptKey, LocateArea, Workspaces } from '@drydock/engine';
import type { AreaPath, OddKind, WorkspacesUnderTest } from '@drydock/engine/testing';
import { locateBelow } from './sandbox-bench.ts';

const run = promisify(execFile);

const isThere = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Real workspaces below a directory of their own, and the hands to put things there. */
export const benchWorkspaces = async <W extends Workspaces>(
  make: (locate: LocateArea) => W,
): Promise<WorkspacesUnderTest & { workspaces: W; locate: LocateArea }> => {
  const root = await mkdtemp(join(tmpdir(), 'dd-ws-'));
  const locate = locateBelow(join(root, 'w'));
  const workspaces = make(locate);
  const at = (key: AttemptKey, { area, name }: AreaPath): string => join(locate(key, area), name);
  const odd: Record<OddKind, (path: string) => Promise<unknown>> = {
    link: async (path) => {
      await writeFile(join(root, 'secret'), 'secret');
      await symlink(join(root, 'secret'), path);
    },
    directory: (path) => mkdir(path),
    fifo: (path) => run('mkfifo', [path]),
  };
  return {
    workspaces,
    locate,
    put: (key, path, bytes) => writeFile(at(key, path), bytes),
    putOdd: async (key, path, kind) => void (await odd[kind](at(key, path))),
    remove: (key, path) => rm(at(key, path), { force: true }),
    read: async (key, path) => ((await isThere(at(key, path))) ? readFile(at(key, path), 'utf8') : null),
    has: (key) => isThere(locate(key, null)),
    close: async () => {
      await workspaces.reap((all) => Promise.resolve(all));
      await rm(root, { recursive: true, force: true });
    },
  };
};
