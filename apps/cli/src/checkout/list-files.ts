import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitIn, type Git, splitNul } from './git.ts';
import { folderFiles } from './folder-files.ts';
import type { Place } from './find-place.ts';

export interface ListedFiles {
  /** Names relative to the root, sorted, each once. */
  readonly files: readonly string[];
  /** What a person should know about what is not among them. */
  readonly notes: readonly string[];
}

const SUBMODULE = '160000';

/** What git would track here, with uncommitted changes; without git the same rules by the ignore files alone. */
export const listFiles = async (
  { root, git }: Place,
  environment: Readonly<Record<string, string>>,
): Promise<ListedFiles> => {
  const notes: string[] = [];
  if (git === null) return { files: await folderFiles(root, notes), notes };
  const files = await checkoutFiles(root, { git, environment, notes });
  return { files: [...new Set(files)].sort(), notes };
};

interface Listing {
  readonly git: Git;
  readonly environment: Readonly<Record<string, string>>;
  readonly notes: string[];
}

const checkoutFiles = async (root: string, listing: Listing): Promise<string[]> => {
  const { git, environment, notes } = listing;
  const tracked = splitNul(await git('ls-files', '-z', '--stage')).map((line) => {
    const tab = line.indexOf('\t');
    return { mode: line.slice(0, 6), name: line.slice(tab + 1) };
  });
  const others = splitNul(await git('ls-files', '-z', '--others', '--exclude-standard'));
  const untracked = new Set(others);
  const files = await existing(
    root,
    tracked
      .filter(({ mode, name }) => mode !== SUBMODULE && !isBehind(name, untracked))
      .map(({ name }) => name),
  );
  for (const name of others) {
    // A repository inside that is no submodule: git itself would take no file of it.
    if (name.endsWith('/')) notes.push(`${name} is a repository of its own and is left out.`);
    else files.push(name);
  }
  for (const { mode, name } of tracked) {
    if (mode !== SUBMODULE) continue;
    const path = join(root, name);
    if ((await lstat(join(path, '.git')).catch(() => null)) === null) {
      notes.push(`The submodule ${name} is not checked out and is left out: git submodule update --init`);
      continue;
    }
    const inside = await checkoutFiles(path, { git: gitIn(path, { environment }), environment, notes });
    // One by one: there may be more than a call takes arguments.
    for (const file of inside) files.push(`${name}/${file}`);
  }
  return files;
};

/** Whether a folder above it has become a file or a link: then git takes it for deleted, whatever is found through a link. */
const isBehind = (name: string, files: ReadonlySet<string>): boolean => {
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1))
    if (files.has(name.slice(0, at))) return true;
  return false;
};

/** What text cannot hold of a name: nothing is found by it, and whoever packs it says so. */
const ODD = '\uFFFD';

/** Tracked files that were deleted are gone from the task's base too. */
const existing = async (root: string, names: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    names.map(async (name) => {
      const isThere = name.includes(ODD) || (await lstat(join(root, name)).catch(() => null)) !== null;
      return isThere ? [name] : [];
    }),
  );
  return found.flat();
};
