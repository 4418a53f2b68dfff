import { AppError, crashPoint, isFinal, type TaskId, type TeamId } from '@drydock/domain';
import type { TaskRecord } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';
import type { ReadTask } from './read-task.ts';

/** Asks for the end of a task. */
export class CancelTask {
  readonly #read: ReadTask;
  readonly #tasks: TaskStore;

  constructor(read: ReadTask, tasks: TaskStore) {
    this.#read = read;
    this.#tasks = tasks;
  }

  /**
   * `accepted` false: the task was final already and is unchanged.
   * @throws AppError `not_found`.
   */
  async run(teamId: TeamId, id: TaskId): Promise<{ task: TaskRecord; accepted: boolean }> {
    const before = await this.#read.run(teamId, id);
    if (isFinal(before.status)) return { task: before, accepted: false };
    const task = await this.#tasks.cancel(teamId, id);
    crashPoint('cancel.after');
    if (task === null) throw new AppError('not_found', 'There is no such task.');
    return { task, accepted: true };
  }
}
