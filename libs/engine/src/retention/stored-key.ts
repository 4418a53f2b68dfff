import { isTaskId, type TaskId } from '@drydock/domain';
import type { TaskFiles } from '../ports/retention-store.ts';

/** What a key of the artifact store is by its shape. */
export type StoredKey =
  | { readonly kind: 'input'; readonly taskId: TaskId }
  | { readonly kind: 'artifact'; readonly taskId: TaskId; readonly artifact: string }
  | { readonly kind: 'check' }
  | { readonly kind: 'other' };

const INPUT = /^tasks\/([^/]+)\/input\.zip$/;
const ARTIFACT = /^tasks\/([^/]+)\/attempts\/(\d+\/[^/]+)$/;
const CHECK = /^check-[0-9a-f-]{36}$/;

export const parseKey = (key: string): StoredKey => {
  const [, inputOf] = INPUT.exec(key) ?? [];
  if (inputOf !== undefined && isTaskId(inputOf)) return { kind: 'input', taskId: inputOf };
  const [, taskId, artifact] = ARTIFACT.exec(key) ?? [];
  if (taskId !== undefined && artifact !== undefined && isTaskId(taskId))
    return { kind: 'artifact', taskId, artifact };
  return { kind: CHECK.test(key) ? 'check' : 'other' };
};

/**
 * Whether nobody will ever want the key, given that it is past its grace. Undefined `files`: there is no such task. What
 * we do not know by its shape is not ours to remove.
 */
export const isOrphan = (key: StoredKey, files: TaskFiles | undefined): boolean => {
  if (key.kind === 'check') return true;
  if (key.kind === 'other') return false;
  if (files === undefined) return true;
  if (files.isLive) return false;
  return files.isDeleted || (key.kind === 'artifact' && !files.artifacts.includes(key.artifact));
};
