import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { CollectFailure } from './collect-failure.ts';
import type { Git } from './git.ts';

const FORMAT = [
  '-p',
  '--binary',
  '--full-index',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

export interface Trees {
  readonly baseTree: string;
  readonly resultTree: string;
}

const writeAll = (fd: number, chunk: Buffer): void => {
  for (let from = 0; from < chunk.length;) from += writeSync(fd, chunk, from);
};

/**
 * Streams the difference of two trees, byte by byte, into a file.
 * @returns its size.
 * @throws CollectFailure `collect_diff_too_large`; no file is left behind.
 */
export const writePatch = async (
  git: Git,
  { baseTree, resultTree }: Trees,
  { file, maxBytes }: { file: string; maxBytes: number },
): Promise<number> => {
  const fd = openSync(file, 'wx', 0o644);
  let bytes = 0;
  try {
    await git.run({
      args: ['diff-tree', ...FORMAT, baseTree, resultTree],
      onOutput: (chunk) => {
        bytes += chunk.length;
        // Past the bound git is left to run dry: stopping it would look like a failure of its own
        if (bytes <= maxBytes) writeAll(fd, chunk);
      },
    });
    if (bytes > maxBytes)
      throw new CollectFailure(
        'collect_diff_too_large',
        `The patch would have ${String(bytes)} bytes; at most ${String(maxBytes)} are allowed.`,
      );
    return bytes;
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
};

export interface ChangeCounts {
  readonly files: number;
  readonly insertions: number;
  readonly deletions: number;
}

/** Binary files count as files only. */
export const countChanges = async (git: Git, { baseTree, resultTree }: Trees): Promise<ChangeCounts> => {
  const text = await git.line(
    'diff-tree',
    '-r',
    '--shortstat',
    '--no-renames',
    '--no-ext-diff',
    baseTree,
    resultTree,
  );
  const count = (what: RegExp): number => Number(what.exec(text)?.[1] ?? 0);
  return {
    files: count(/(\d+) files? changed/),
    insertions: count(/(\d+) insertions?\(\+\)/),
    deletions: count(/(\d+) deletions?\(-\)/),
  };
};
