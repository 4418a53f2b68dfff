import { copyFile, lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliError, EXIT } from '../exit-codes.ts';
import { type Git, gitIn, gitMessage, splitNul } from './git.ts';
import type { Place } from './find-place.ts';

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
  return [...new Set(names.map(([, name]) => name ?? ''))].filter((name) => name !== 'patch failed').sort();
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
      await git(...APPLY, file);
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

interface Merge {
  readonly root: string;
  readonly git: Git;
  readonly environment: Readonly<Record<string, string>>;
  /** The patch. */
  readonly file: string;
  readonly scratch: string;
  readonly refused: string;
}

/**
 * Merges in indexes of its own, so that neither the files nor what is staged are touched before all is known to fit. The
 * files are then changed by a `read-tree` that refuses where one is not what it was.
 */
const merge = async ({ root, git, environment, file, scratch, refused }: Merge): Promise<void> => {
  const now = join(scratch, 'now');
  const merged = join(scratch, 'merged');
  const own = (await git('rev-parse', '--git-path', 'index')).trim();
  const staged = resolve(root, own);
  if (!(await succeeds(copyFile(staged, now)))) throw conflict(namesIn(refused), root);
  const withNow = gitIn(root, { environment, indexFile: now });
  const withMerged = gitIn(root, { environment, indexFile: merged });
  await withNow('add', '--all');
  const before = (await withNow('write-tree')).trim();
  await copyFile(now, merged);
  const isMerged = await succeeds(withMerged(...APPLY, '--cached', '--3way', file));
  const unmerged = splitNul(await withMerged('ls-files', '-z', '--unmerged'));
  if (!isMerged || unmerged.length > 0) {
    const names = unmerged.map((line) => line.slice(line.indexOf('\t') + 1));
    throw conflict(names.length > 0 ? [...new Set(names)].sort() : namesIn(refused), root);
  }
  const after = (await withMerged('write-tree')).trim();
  const added = ['diff-tree', '-r', '-z', '--no-renames', '--name-only', '--diff-filter=A', before, after];
  const taken = await existing(root, splitNul(await git(...added)));
  if (taken.length > 0) throw conflict(taken, root);
  try {
    await withNow('read-tree', '-m', '-u', before, after);
  } catch {
    throw conflict(namesIn(refused), root);
  }
};

/** What is there although no index knows it: ignored files, which `read-tree` would write over. */
const existing = async (root: string, names: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    names.map(async (name) => ((await lstat(join(root, name)).catch(() => null)) === null ? [] : [name])),
  );
  return found.flat();
};
