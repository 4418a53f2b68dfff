import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { toFsPath } from './byte-path.ts';
import type { Git } from './git.ts';
import type { Notices } from './notices.ts';

/**
 * Whether a path of the workspace was last written before a time. The change time is the kernel's own: no program can set
 * it back. What is gone has none, so a deletion counts as the agent's.
 */
export const wasWrittenBefore = (path: string, timeMs: number): boolean => {
  try {
    return lstatSync(toFsPath(path)).ctimeMs < timeMs;
  } catch {
    return false;
  }
};

/** Names what the patch holds of the setup commands' doing: unignored changes of theirs are part of it. */
export const noticeSetupChanges = async (
  git: Git,
  trees: { readonly baseTree: string; readonly resultTree: string },
  seen: { readonly workspace: string; readonly agentStartedAtMs: number; readonly notices: Notices },
): Promise<void> => {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', trees.baseTree, trees.resultTree];
  const paths = (await git.run({ args }))
    .toString('latin1')
    .split('\0')
    .filter((path) => path !== '');
  for (const path of paths)
    if (wasWrittenBefore(join(seen.workspace, path), seen.agentStartedAtMs))
      seen.notices.add('setup_changed_files', path);
};
