import { AppError, isDotGit } from '@drydock/domain';
import type { ArchiveEntry, ArchiveLimits } from './archive-entry.ts';
import { archiveRoot } from './archive-root.ts';
import { entryKind, isExecutable, type EntryKind } from './entry-kind.ts';
import { checkEntryName, shownName } from './entry-name.ts';
import { checkOverlap, checkSizes } from './size-rules.ts';

export interface PlannedEntry {
  /** Relative to the folder that the archive is unpacked into. */
  readonly path: string;
  readonly index: number;
  readonly executable: boolean;
}

/** What an archive becomes on disk; entries are named by their place in the central directory. */
export interface ExtractionPlan {
  /** In the order of their bodies in the archive. */
  readonly files: readonly PlannedEntry[];
  readonly links: readonly PlannedEntry[];
  /** Every folder, parents before children. */
  readonly folders: readonly string[];
  readonly hasDotGit: boolean;
  readonly unpackedBytes: number;
}

const bare = (name: string): string => name.replace(/\/$/, '');

const kindsByPath = (entries: readonly ArchiveEntry[]): Map<string, EntryKind> => {
  const kinds = new Map<string, EntryKind>();
  for (const entry of entries) {
    const name = checkEntryName(entry.name);
    const kind = entryKind(entry, name);
    const path = bare(name);
    if (kinds.has(path))
      throw new AppError(
        'archive_duplicate',
        `The ZIP has ${shownName(path)} more than once. Keep one of them.`,
      );
    if (kind === 'link' && /(^|\/)\.gitmodules$/i.test(path))
      throw new AppError('archive_entry_type', 'The ZIP has .gitmodules as a symbolic link. Make it a file.');
    kinds.set(path, kind);
  }
  return kinds;
};

const refuseParent = (parent: string, kind: EntryKind): never => {
  if (kind === 'link')
    throw new AppError('archive_path', `The ZIP has files behind the symbolic link ${shownName(parent)}.`);
  throw new AppError('archive_duplicate', `The ZIP has ${shownName(parent)} both as a file and as a folder.`);
};

/** All folders, named or implied. Each is visited once; their number is bounded like that of the entries. */
const foldersOf = (kinds: ReadonlyMap<string, EntryKind>, maxFolders: number): Set<string> => {
  const folders = new Set<string>();
  for (const [path, own] of kinds) {
    let folder = own === 'folder' ? path : path.slice(0, Math.max(0, path.lastIndexOf('/')));
    while (folder !== '' && !folders.has(folder)) {
      const kind = kinds.get(folder);
      if (kind !== undefined && kind !== 'folder') refuseParent(folder, kind);
      folders.add(folder);
      if (folders.size > maxFolders)
        throw new AppError(
          'archive_too_many_entries',
          `The ZIP has more than ${String(maxFolders)} folders.`,
        );
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
    }
  }
  return folders;
};

const inDotGit = (path: string): boolean => path.split('/').some(isDotGit);

const checkCount = (count: number, limits: ArchiveLimits): void => {
  if (count === 0)
    throw new AppError('archive_empty', 'The ZIP has no entries. Was it packed from the right folder?');
  if (count > limits.maxEntries)
    throw new AppError(
      'archive_too_many_entries',
      `The ZIP has more than ${String(limits.maxEntries)} entries. Leave out what the task does not need.`,
    );
};

/**
 * Decides from the central directory alone what is unpacked where, or that nothing is.
 * @throws AppError the `archive_…` codes. Cases Z01–Z11, Z15, Z18–Z20, Z22.
 */
export const planExtraction = (
  entries: readonly ArchiveEntry[],
  root: string | null,
  limits: ArchiveLimits,
): ExtractionPlan => {
  checkCount(entries.length, limits);
  const kinds = kindsByPath(entries);
  const folders = foldersOf(kinds, limits.maxEntries);
  const unpackedBytes = checkSizes(entries, limits);
  checkOverlap(entries);
  const names = [...kinds].map(([path, kind]) => (kind === 'folder' ? `${path}/` : path));
  const prefix = archiveRoot(names, root);
  let hasDotGit = false;
  const kept = (path: string): boolean => {
    if (!path.startsWith(prefix)) return false;
    const dropped = inDotGit(path.slice(prefix.length));
    hasDotGit ||= dropped;
    return !dropped;
  };
  const planned = [...kinds.keys()].map((path, index) => ({ path, index })).filter(({ path }) => kept(path));
  if (planned.length === 0)
    throw new AppError(
      'archive_empty',
      'The ZIP has nothing to work on. Was it packed from the right folder?',
    );
  const ofKind = (wanted: EntryKind): PlannedEntry[] =>
    planned
      .filter(({ path }) => kinds.get(path) === wanted)
      .map(({ path, index }) => ({
        path: path.slice(prefix.length),
        index,
        executable: isExecutable(entries[index] as ArchiveEntry),
      }));
  const offset = (entry: PlannedEntry): number => entries[entry.index]?.offset ?? 0;
  return {
    files: ofKind('file').sort((a, b) => offset(a) - offset(b)),
    links: ofKind('link'),
    folders: [...folders]
      .filter(kept)
      .map((path) => path.slice(prefix.length))
      .sort(),
    hasDotGit,
    unpackedBytes,
  };
};
