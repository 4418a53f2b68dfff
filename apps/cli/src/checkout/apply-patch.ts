import { copyFile, lstat, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliError, EXIT } from '../exit-codes.ts';
import { type Git, gitIn, gitMessage, splitNul } from './git.ts';
import type { Place } from './find-place.ts';
import { remember } from './put-back.ts';

export interface Applied {
  /** `merged`: lines around the changes had changed meanwhile, and all could be joined. */
  readonly how: 'clean' | 'merged' | 'there already';
}

const APPLY = ['apply', '--whitespace=nowarn'];

const conflict = (files: readonly string[], root: string): CliError => {
  const names = files.length === 0 ? '' : `:\n${files.map((file) => `  ${file}`).join('\n')}\n`;
  const message = `The patch does not apply to ${root}${names === '' ? '. ' : names}`;
  return new CliError(
    EXIT.failed,
    'patch_conflict',
    `${message}Nothing was changed. Commit or undo what differs there, or take the patch by \`drydock diff\`.`,
  );
};

/** Names in what `git apply` says of patches that do not fit. */
const namesIn = (message: string): string[] => {
  const names = [
    ...message.matchAll(
      /^(?:error: )?(.+?): (?:patch does not apply|already exists|No such file|does not )/gm,
    ),
  ];
  const files = [...new Set(names.map(([, name]) => name ?? ''))].filter((name) => name !== 'patch failed');
  // What is said in other words names them too.
  return files.length > 0 ? files.sort() : message.split('\n');
};

const succeeds = (run: Promise<unknown>): Promise<boolean> =>
  run.then(
    () => true,
    () => false,
  );

/**
 * Changes the files of a folder as the patch says, or none of them. Local changes are kept: a patch that would touch the
 * same lines is refused. In a checkout it is merged where the lines around have changed.
 * @throws CliError `patch_conflict`, which names the files.
 */
export const applyPatch = async (
  place: Place,
  patch: Uint8Array,
  environment: Readonly<Record<string, string>>,
): Promise<Applied> => {
  const { root } = place;
  const scratch = await mkdtemp(join(tmpdir(), 'drydock-apply-'));
  const file = join(scratch, 'diff.patch');
  // In a folder of a checkout `git apply` passes over what is not below it, and says nothing.
  const git = place.git ?? gitIn(root, { environment, isAlone: true });
  try {
    await writeFile(file, patch);
    const refused = await git(...APPLY, '--check', file).then(
      () => null,
      (error: unknown) => gitMessage(error),
    );
    if (refused === null) {
      await wholly({ root, git, file, scratch }, () => git(...APPLY, file));
      return { how: 'clean' };
    }
    if (/ENOENT/.test(refused))
      throw new CliError(EXIT.failed, 'git_missing', 'Applying a patch needs git: install it.');
    if (await succeeds(git(...APPLY, '--check', '--reverse', file))) return { how: 'there already' };
    if (place.git === null) throw conflict(namesIn(refused), root);
    await merge({ root, git: place.git, environment, file, scratch, refused });
    return { how: 'merged' };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

interface Change {
  readonly root: string;
  readonly git: Git;
  /** The patch. */
  readonly file: string;
  readonly scratch: string;
}

/** Every name that the patch speaks of, old and new. */
const namesOf = async ({ git, file }: Change): Promise<string[]> => {
  const lists = await Promise.all(
    [[], ['--reverse']].map((more) => git('apply', '--numstat', '-z', ...more, file)),
  );
  // `12<tab>3<tab>name`
  return lists.flatMap(splitNul).map((line) => line.replace(/^[^\t]*\t[^\t]*\t/, ''));
};

/** Changes files: all, or none. What fits may yet not be written: a disk is full, a folder is not ours, Ctrl-C was pressed. */
const wholly = async (change: Change, write: () => Promise<unknown>): Promise<void> => {
  const { root, scratch } = change;
  const copies = join(scratch, 'copies');
  await mkdir(copies);
  const putBack = await remember(root, await namesOf(change), copies);
  try {
    await write();
  } catch (error) {
    await putBack().catch(async (fault: unknown) => {
      const kept = `${scratch}-kept`;
      await rename(copies, kept);
      const message = `Some files could not be put back: ${String(fault)}\nCopies of them, as they were, are in ${kept}.`;
      throw new CliError(EXIT.failed, 'not_put_back', message);
    });
    const why = gitMessage(error).replaceAll(/^/gm, '  ');
    throw new CliError(
      EXIT.failed,
      'patch_conflict',
      `The patch cannot be written to ${root}:\n${why}\nNothing was changed.`,
    );
  }
};

interface Merge extends Change {
  readonly environment: Readonly<Record<string, string>>;
  readonly refused: string;
}

/**
 * Merges in indexes of its own, so that neither the files nor what is staged are touched before all is known to fit. The
 * files are then changed by a `read-tree` that refuses where one is not what it was.
 */
const merge = async (change: Merge): Promise<void> => {
  const { root, git, environment, file, scratch, refused } = change;
  const now = join(scratch, 'now');
  const merged = join(scratch, 'merged');
  const own = (await git('rev-parse', '--git-path', 'index')).trim();
  const staged = resolve(root, own);
  if (!(await succeeds(copyFile(staged, now)))) throw conflict(namesIn(refused), root);
  const withNow = gitIn(root, { environment, indexFile: now });
  const withMerged = gitIn(root, { environment, indexFile: merged });
  // What cannot be added stays as it is: nobody writes over it below.
  await withNow('add', '--all', '--ignore-errors').catch(() => undefined);
  const before = (await withNow('write-tree')).trim();
  await copyFile(now, merged);
  const isMerged = await succeeds(withMerged(...APPLY, '--cached', '--3way', file));
  const unmerged = splitNul(await withMerged('ls-files', '-z', '--unmerged'));
  if (!isMerged || unmerged.length > 0) {
    const names = unmerged.map((line) => line.slice(line.indexOf('\t') + 1));
    throw conflict(names.length > 0 ? [...new Set(names)].sort() : namesIn(refused), root);
  }
  const after = (await withMerged('write-tree')).trim();
  const named = (filter: string) =>
    git('diff-tree', '-r', '-z', '--no-renames', '--name-only', filter, before, after).then(splitNul);
  const [added, removed] = [await named('--diff-filter=A'), await named('--diff-filter=D')];
  const taken = await inTheWay(root, added, new Set(removed));
  if (taken.length > 0) throw conflict(taken, root);
  await wholly(change, () => withNow('read-tree', '-m', '-u', before, after));
};

/** Names where something is although no index knows it: ignored files, which `read-tree` would write over, or remove for a folder. */
const inTheWay = async (
  root: string,
  added: readonly string[],
  removed: ReadonlySet<string>,
): Promise<string[]> => {
  const isTaken = async (name: string): Promise<boolean> => {
    for (let at = name.length; at > 0; at = name.lastIndexOf('/', at - 1)) {
      const part = name.slice(0, at);
      const found = await lstat(join(root, part)).catch(() => null);
      const isOnlyFolder = part !== name && found?.isDirectory() === true;
      if (found !== null && !isOnlyFolder && !removed.has(part)) return true;
    }
    return false;
  };
  const found = await Promise.all(added.map(async (name) => ((await isTaken(name)) ? [name] : [])));
  return found.flat();
};
