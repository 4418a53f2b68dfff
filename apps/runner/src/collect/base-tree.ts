import { readFileSync } from 'node:fs';
import { readIndex, type IndexEntry, type IndexStat } from './read-index.ts';

const GITLINK = 0o160000;

/** The paths of the base, by what they are. Paths are bytes as latin1. */
export interface BaseTree {
  readonly files: ReadonlyMap<string, IndexEntry>;
  /** Every folder above a file or submodule. */
  readonly folders: ReadonlySet<string>;
  readonly submodules: ReadonlySet<string>;
  /** Folders above a submodule. */
  readonly submoduleParents: ReadonlySet<string>;
}

const addParents = (path: string, folders: Set<string>): void => {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    if (folders.has(folder)) return;
    folders.add(folder);
  }
};

export const readBaseTree = (indexFile: string): BaseTree => {
  const files = new Map<string, IndexEntry>();
  const [folders, submodules, submoduleParents] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const entry of readIndex(readFileSync(indexFile))) {
    addParents(entry.path, folders);
    if (entry.mode === GITLINK) {
      submodules.add(entry.path);
      addParents(entry.path, submoduleParents);
    } else files.set(entry.path, entry);
  }
  return { files, folders, submodules, submoduleParents };
};

/**
 * Stat data that the host noted after it wrote the workspace and before anything untrusted ran. Missing or unreadable:
 * empty, and every file is compared by content.
 */
export const readTrustedStats = (indexFile: string, base: BaseTree): ReadonlyMap<string, IndexStat> => {
  try {
    const stats = new Map<string, IndexStat>();
    for (const { path, mode, id, stat } of readIndex(readFileSync(indexFile))) {
      const known = base.files.get(path);
      if (known?.id === id && known.mode === mode && stat.ctimeSeconds !== 0) stats.set(path, stat);
    }
    return stats;
  } catch {
    return new Map();
  }
};
