import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { JobContext } from '../../jobs/job-context.ts';
import { ToolError } from './tool.ts';

const isInside = (path: string, root: string): boolean => {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** Links followed as far as the path exists. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length));
  }
};

/**
 * Where a tool's path leads: relative ones start in the workspace.
 * @throws ToolError when that is outside of the workspace, HOME and /tmp.
 */
export const workspacePath = (path: string, { workspace, env }: JobContext): string => {
  if (path === '' || path.includes('\0')) throw new ToolError('The path is empty or holds a NUL character.');
  const home = env.HOME ?? workspace;
  const full = realPath(resolve(workspace, path.startsWith('~/') ? join(home, path.slice(2)) : path));
  if ([workspace, home, '/tmp'].some((root) => isInside(full, realPath(root)))) return full;
  throw new ToolError(
    `${path} leads outside of ${workspace}, ${home} and /tmp. Only files in these can be used.`,
  );
};
