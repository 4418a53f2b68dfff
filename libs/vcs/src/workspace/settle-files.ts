import { lchownSync, lstatSync, lutimesSync } from 'node:fs';
import { encodeStat } from '../tree/index-file.ts';
import { GITLINK, typeOf, type TreeEntry } from '../tree/tree-entry.ts';
import { Pacer } from './pacer.ts';
import type { SandboxUser } from './sandbox-user.ts';

/**
 * Git compares times by the second. A file changed within the second of its checkout, to the same size, would look
 * untouched; with a time of change that lies further back it never does.
 */
const MTIME_AGE_SECONDS = 10;

const SLASH = 0x2f;

/** All folders above the entries, as bytes in latin1. */
const foldersOf = (entries: readonly TreeEntry[]): Set<string> => {
  const folders = new Set<string>();
  for (const { path } of entries) {
    let end = path.lastIndexOf(SLASH);
    while (end > 0) {
      const folder = path.toString('latin1', 0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      end = path.lastIndexOf(SLASH, end - 1);
    }
  }
  return folders;
};

/**
 * Gives all checked out files to the sandbox's user and notes their stat data afterwards. Synchronous calls are safe here:
 * nobody else knows the directory yet.
 * @returns `encodeStat` per entry; null for submodule pointers.
 */
export const settleFiles = async (
  root: string,
  entries: readonly TreeEntry[],
  { user, signal }: { user: SandboxUser | null; signal: AbortSignal },
): Promise<(Buffer | null)[]> => {
  const pacer = new Pacer(signal);
  const prefix = Buffer.from(`${root}/`);
  const time = Math.floor(Date.now() / 1000) - MTIME_AGE_SECONDS;
  if (user !== null)
    for (const folder of foldersOf(entries)) {
      if (pacer.isDue()) await pacer.turn();
      lchownSync(Buffer.concat([prefix, Buffer.from(folder, 'latin1')]), user.uid, user.gid);
    }
  const stats: (Buffer | null)[] = [];
  for (const entry of entries) {
    if (pacer.isDue()) await pacer.turn();
    const path = Buffer.concat([prefix, entry.path]);
    if (user !== null) lchownSync(path, user.uid, user.gid);
    lutimesSync(path, time, time);
    stats.push(typeOf(entry.mode) === GITLINK ? null : encodeStat(lstatSync(path, { bigint: true })));
  }
  return stats;
};
