import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nulSeparated } from './byte-path.ts';
import { CollectFailure, shownPath } from './collect-failure.ts';
import { GitFailed, type Git } from './git.ts';
import { isWantOfRoom } from './no-room.ts';
import { readIndex } from './read-index.ts';
import type { WorkspaceChanges } from './workspace-changes.ts';

const NO_OBJECT = '0'.repeat(40);

const removalLines = (paths: readonly string[]): Buffer =>
  nulSeparated(paths.map((path) => `0 ${NO_OBJECT}\t${path}`));

/** `update-index` leaves a path out that it holds for dangerous, and still reports success. */
const refuseWhatIsMissing = (git: Pick<Git, 'place'>, toAdd: readonly string[]): void => {
  const index = readIndex(readFileSync(join(git.place.gitDir, 'index')));
  const there = new Set(index.map(({ path }) => path));
  const missing = toAdd.find((path) => !there.has(path));
  if (missing === undefined) return;
  throw new CollectFailure(
    'collect_uncollectable',
    `git refuses the name ${shownPath(missing)}: it would be dangerous on some systems. Rename or remove it.`,
  );
};

/**
 * Brings the changes into the index: first what is gone, so that a file can take a folder's place and the other way round.
 * @returns the id of the resulting tree.
 * @throws CollectFailure when git refuses a path; GitFailed when there was no room.
 */
export const stageChanges = async (
  git: Pick<Git, 'run' | 'line' | 'place'>,
  { toAdd, toRemove }: WorkspaceChanges,
): Promise<string> => {
  try {
    if (toRemove.length > 0)
      await git.run({ args: ['update-index', '-z', '--index-info'], input: removalLines(toRemove) });
    if (toAdd.length > 0) {
      await git.run({ args: ['update-index', '--add', '-z', '--stdin'], input: nulSeparated(toAdd) });
      refuseWhatIsMissing(git, toAdd);
    }
    return await git.line('write-tree');
  } catch (error) {
    if (error instanceof GitFailed && !isWantOfRoom(error))
      throw new CollectFailure('collect_uncollectable', error.message);
    throw error;
  }
};
