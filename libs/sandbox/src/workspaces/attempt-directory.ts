import { AppError, isTaskId } from '@drydock/domain';
import type { AttemptKey, LocateArea } from '@drydock/engine';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errorCode } from '../thrown-fields.ts';
import { hostCommand } from './host-command.ts';

const REMOVE_TIMEOUT_MS = 120_000;

const isAbsent = (error: unknown): boolean => errorCode(error) === 'ENOENT';

/** Removes a tree, whatever an agent made of it; links are not followed, mounts not entered. Idempotent. */
export const removeTree = async (directory: string): Promise<void> => {
  const end = await hostCommand('rm', ['-rf', '--one-file-system', '--', directory], REMOVE_TIMEOUT_MS);
  if (end.exitCode !== 0)
    throw new AppError('sandbox_failed', `A workspace could not be removed: ${end.stderr.slice(0, 500)}`);
};

export const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
};

const KEY_IN_NAME = /(task_[0-9a-z]{26})[^0-9a-z]+([1-9]\d{0,8})$/;
/** Any attempt will do to find out where the attempts are. */
const SAMPLE: AttemptKey = { taskId: `task_${'0'.repeat(26)}` as AttemptKey['taskId'], attempt: 1 };

/** The directory that holds those of all attempts. */
export const rootOf = (locate: LocateArea): string => dirname(locate(SAMPLE, null));

/**
 * Attempts that have a directory here. Only what the one map from keys to directories would give again is one: anything
 * else in that place is not ours.
 */
export const attemptsOnDisk = async (locate: LocateArea): Promise<AttemptKey[]> => {
  const root = rootOf(locate);
  const names = await readdir(root).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return names.flatMap((name) => {
    const [, taskId = '', attempt] = KEY_IN_NAME.exec(name) ?? [];
    if (!isTaskId(taskId)) return [];
    const key = { taskId, attempt: Number(attempt) };
    return basename(locate(key, null)) === name ? [key] : [];
  });
};
