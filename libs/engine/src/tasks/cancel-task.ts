import { AppError, crashPoint, isFinal, type TaskId, type TeamId } from '@drydock/domain';
import type { TaskRecord } from '../ports/task-record.ts';
import type { TaskStore } from '../ports/task-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { ReadTask } from './read-task.ts';

/** Asks for the end of a task. */
export class CancelTask {
  readonly #read: ReadTask;
  readonly #tasks: TaskStore;
  readonly #telemetry: Pick<Telemetry, 'taskFinished'>;

  constructor(read: ReadTask, tasks: TaskStore, telemetry: Pick<Telemetry, 'taskFinished'>) {
    this.#read = read;
    this.#tasks = tasks;
    this.#telemetry = telemetry;
  }

  /**
   * `accepted` false: the task was final already and is unchanged.
   * @throws AppError `not_found`.
   */
  async run(teamId: TeamId, id: TaskId): Promise<{ task: TaskRecord; accepted: boolean }> {
    const before = await this.#read.run(teamId, id);
    if (isFinal(before.status)) return { task: before, accepted: false };
    const cancelled = await this.#tasks.cancel(teamId, id);
    crashPoint('cancel.after');
    if (cancelled === null) throw new AppError('not_found', 'There is no such task.');
    const { task, ended } = cancelled;
    // Every other end is counted by the worker that wrote it.
    if (ended) this.#telemetry.taskFinished('cancelled', task.usage);
    return { task, accepted: true };
  }
}
