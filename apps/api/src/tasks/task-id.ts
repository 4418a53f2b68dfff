import { AppError, isTaskId, type TaskId } from '@drydock/domain';

/** An id of another shape is as unknown as a made-up one. @throws AppError `not_found`. */
export const taskIdOf = (text: string): TaskId => {
  if (!isTaskId(text)) throw new AppError('not_found', 'There is no such task.');
  return text;
};
