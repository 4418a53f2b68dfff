import type { DeliveryRequest } from '@drydock/contracts';
import { AppError, isFinal, type DeliveryId, type TaskId, type TeamId } from '@drydock/domain';
import { pullRequestOrder } from '../delivery/pull-request-order.ts';
import type { AccessStore } from '../delivery/repository-access.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';
import type { DeliveryRecord, TaskRecord } from '../ports/task-record.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import type { ReadTask } from './read-task.ts';
import { whyNotDeliverable, type CanDeliver } from './task-rules.ts';

interface OrderPorts {
  readonly deliveries: Pick<DeliveryStore, 'order' | 'retry'>;
  readonly repositories: AccessStore;
  readonly wakeUps: WakeUps;
}

const hasPullRequest = ({ deliveries }: TaskRecord): boolean =>
  deliveries.some(({ kind }) => kind === 'pull_request');

/** Pull requests of finished tasks: asked for late, or tried again. The agent does not run for either. */
export class OrderDelivery {
  readonly #read: ReadTask;
  readonly #ports: OrderPorts;
  readonly #canDeliver: CanDeliver;

  constructor(read: ReadTask, ports: OrderPorts, canDeliver: CanDeliver) {
    this.#read = read;
    this.#ports = ports;
    this.#canDeliver = canDeliver;
  }

  /**
   * The delivery of this task's pull request: a new one, or the one that was ordered before, whatever it was asked to be.
   * @throws AppError `not_found`, `task_not_final`, `delivery_not_available`.
   */
  async order(teamId: TeamId, taskId: TaskId, wish: DeliveryRequest): Promise<DeliveryRecord> {
    const task = await this.#read.run(teamId, taskId);
    const sourceToken = wish.source?.git.token ?? null;
    if (!hasPullRequest(task)) await this.#check(task, sourceToken !== null);
    const order = pullRequestOrder(wish.pullRequest);
    const id = await this.#ports.deliveries.order(teamId, taskId, { order, sourceToken });
    return this.#ringAndRead(teamId, taskId, id);
  }

  /**
   * `failed` and `held` become `pending` again; others stay. `sourceToken` replaces the one that is gone, or null.
   * @throws AppError `not_found`, `delivery_not_available`.
   */
  async retry(teamId: TeamId, id: DeliveryId, sourceToken: string | null): Promise<DeliveryRecord> {
    const taskId = await this.#ports.deliveries.retry(teamId, id, sourceToken);
    return this.#ringAndRead(teamId, taskId, id);
  }

  async #check(task: TaskRecord, hasOwnToken: boolean): Promise<void> {
    if (!isFinal(task.status))
      throw new AppError(
        'task_not_final',
        'Wait until the task has ended, and ask for its pull request then.',
      );
    // The token that came with the task is deleted with it.
    const source = { gitUrl: task.request.source?.git?.url, hasOwnToken };
    const { repositories } = this.#ports;
    const why = await whyNotDeliverable(source, this.#canDeliver, { teamId: task.teamId, repositories });
    if (why !== null) throw new AppError('delivery_not_available', why);
  }

  async #ringAndRead(teamId: TeamId, taskId: TaskId, id: DeliveryId): Promise<DeliveryRecord> {
    // Not awaited: a client waits for PostgreSQL only, and the ringer makes up for a lost wake-up.
    void this.#ports.wakeUps.ring('deliveries');
    const { deliveries } = await this.#read.run(teamId, taskId);
    const delivery = deliveries.find((one) => one.id === id);
    if (delivery === undefined) throw new AppError('not_found', 'There is no such delivery.');
    return delivery;
  }
}
