import { AppError, type TaskId, type TeamId } from '@drydock/domain';
import type { TaskRecord } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';

/** One task of the caller's team. */
export class ReadTask {
  readonly #tasks: TaskStore;

  constructor(tasks: TaskStore) {
    this.#tasks = tasks;
  }

  /** @throws AppError `not_found`, also for another team's task: whether it exists is nobody's business. */
  async run(teamId: TeamId, id: TaskId): Promise<TaskRecord> {
    const task = await this.#tasks.get(teamId, id);
    if (task === null) throw new AppError('not_found', 'There is no such task.');
    return task;
  }
}
