import type { TaskId } from '@drydock/domain';

/**
 * The page of a task for people, who have no key at hand; every link to a task that is written anywhere is made here.
 * @param publicUrl - where people reach the api, without a slash at its end; null: nobody has said.
 */
export const taskLink = (publicUrl: string | null, taskId: TaskId): string | null =>
  publicUrl === null ? null : `${publicUrl}/tasks/${taskId}`;
