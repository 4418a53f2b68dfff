import { AppError, pullRequestDeliveryId, type DeliveryId, type TaskId, type TeamId } from '@drydock/domain';
import type { DeliveryState, DeliveryStore, LateOrder } from '@drydock/engine';
import type { FakeTaskStore } from '@drydock/engine/testing';

/** The api's side of deliveries, over the tasks that they are shown in. */
export class FakeOrders implements Pick<DeliveryStore, 'order' | 'retry'> {
  readonly ordered: LateOrder[] = [];
  readonly #tasks: FakeTaskStore;
  readonly #taskOf = new Map<DeliveryId, TaskId>();

  constructor(tasks: FakeTaskStore) {
    this.#tasks = tasks;
  }

  async order(teamId: TeamId, taskId: TaskId, wanted: LateOrder): Promise<DeliveryId> {
    const id = pullRequestDeliveryId(taskId);
    const task = await this.#tasks.get(teamId, taskId);
    if (task === null) throw new AppError('not_found', 'There is no such task.');
    if (this.#taskOf.has(id)) return id;
    this.ordered.push(wanted);
    this.#taskOf.set(id, taskId);
    this.end(taskId, 'pending');
    return id;
  }

  async retry(teamId: TeamId, id: DeliveryId): Promise<TaskId> {
    const taskId = this.#taskOf.get(id);
    const task = taskId && (await this.#tasks.get(teamId, taskId));
    if (!task) throw new AppError('not_found', 'There is no such delivery.');
    if (task.deliveries[0]?.state !== 'succeeded') this.end(task.id, 'pending');
    return task.id;
  }

  /** Plays the worker. */
  end(taskId: TaskId, state: DeliveryState): void {
    const id = pullRequestDeliveryId(taskId);
    const error = state === 'failed' ? ({ code: 'forge_refused', message: 'No.' } as const) : null;
    this.#tasks.change(taskId, { deliveries: [{ id, kind: 'pull_request', state, error, url: null }] });
  }
}
