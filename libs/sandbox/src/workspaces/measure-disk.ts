import { AppError } from '@drydock/domain';
import { statfs } from 'node:fs/promises';
import { hostCommand } from './host-command.ts';

/** 50,000 files take 0.1 s. */
const DU_TIMEOUT_MS = 20_000;
const TOTAL_LINE = /^(\d+)\ttotal$/m;

/**
 * Allocated bytes below the directories: sparse files count for what they hold, and a file with several names once.
 * @throws AppError `sandbox_failed` when no figure was to be had: unknown is not little.
 */
export const allocatedBytes = async (directories: readonly string[]): Promise<number> => {
  // -l is absent on purpose; a file that goes away meanwhile is a complaint and exit 1, with the total right.
  const end = await hostCommand('du', ['-s', '-c', '-x', '-B1', '--', ...directories], DU_TIMEOUT_MS);
  const total = TOTAL_LINE.exec(end.stdout)?.[1];
  if (end.exitCode === null || total === undefined)
    throw new AppError('sandbox_failed', 'The disk use of the workspace could not be measured in time.');
  return Number(total);
};

/** Free share of a file system, 0–1: of its bytes or its inodes, whichever is scarcer. */
export const freeShareOf = async (path: string): Promise<number> => {
  const { blocks, bavail, files, ffree } = await statfs(path);
  const bytes = blocks === 0 ? 0 : bavail / blocks;
  const inodes = files === 0 ? 1 : ffree / files; // some file systems have no fixed number of them
  return Math.min(bytes, inodes);
};
