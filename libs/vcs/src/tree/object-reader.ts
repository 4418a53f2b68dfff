import { RepositoryDamaged, type GitHost } from '../host/git-host.ts';

const LINE_END = 10;

/**
 * Contents of objects, in the order of `ids`; the caller knows their sizes and has bounded them.
 * @throws RepositoryDamaged when one is missing, GitFailed when one is unreadable.
 */
export const readObjects = async (
  { git, gitDir }: { git: GitHost; gitDir: string },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Buffer[]> => {
  if (ids.length === 0) return [];
  const input = [Buffer.from(ids.map((id) => `${id}\n`).join(''))];
  const { stdout } = await git.must({ args: ['cat-file', '--batch'], gitDir, input, signal });
  const objects: Buffer[] = [];
  for (let at = 0; at < stdout.length;) {
    const lineEnd = stdout.indexOf(LINE_END, at);
    const [, type, size] = stdout.toString('latin1', at, lineEnd).split(' ');
    if (type === 'missing' || size === undefined)
      throw new RepositoryDamaged(`an object is missing in ${gitDir}`);
    const start = lineEnd + 1;
    objects.push(stdout.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return objects;
};
