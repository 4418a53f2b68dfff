import { AppError, type DeliveryId, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import type {
  ClaimedDelivery,
  DeliveryEnd,
  DeliveryFence,
  DeliveryFound,
  DeliveryStore,
  LateOrder,
  Postponement,
} from '@drydock/engine';
import type { Database } from '../database.ts';
import type { Sealer } from '../sealer.ts';
import { sourceTokenPurpose } from '../source-token.ts';
import { taskOf } from '../task-row.ts';
import { claimDelivery, countDueDeliveries, type DeliveryClaimRow } from './claim-delivery.ts';
import { orderDelivery, retryDelivery } from './order-delivery.ts';
import { RELEASE_FORGOTTEN } from './release-deliveries.ts';
import { finishDelivery, noteFound, postpone } from './settle-delivery.ts';

/** Deliveries in PostgreSQL; all times are the database's own. */
export class PgDeliveryStore implements DeliveryStore {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  async claimNext(session: SessionId, held: readonly DeliveryId[]): Promise<ClaimedDelivery | null> {
    const [row] = await this.#database.rows<DeliveryClaimRow>(claimDelivery(session, held));
    if (row?.live !== true)
      throw new AppError('lease_lost', `The lease of worker session ${session} has ended.`);
    if (row.deliveryId === null) return null;
    const fence = { deliveryId: row.deliveryId, attempt: row.attempt, sessionId: session };
    return {
      fence,
      failures: row.failures,
      order: row.order,
      found: row.found,
      task: taskOf(row),
      sourceToken: await this.#unseal(fence, row),
      mayEditWorkflows: row.mayEditWorkflows,
    };
  }

  async countDue(session: SessionId, held: readonly DeliveryId[], atMost: number): Promise<number> {
    const [row] = await this.#database.rows<{ count: number }>(countDueDeliveries(session, held, atMost));
    return row?.count ?? 0;
  }

  noteFound(fence: DeliveryFence, found: DeliveryFound): Promise<void> {
    return noteFound(this.#database, fence, found);
  }

  finish(fence: DeliveryFence, end: DeliveryEnd): Promise<void> {
    return finishDelivery(this.#database, fence, end);
  }

  postpone(fence: DeliveryFence, why: Postponement): Promise<void> {
    return postpone(this.#database, fence, why);
  }

  order(teamId: TeamId, taskId: TaskId, { order, sourceToken }: LateOrder): Promise<DeliveryId> {
    const sealedToken = this.#seal(taskId, sourceToken);
    return this.#database.transaction((tx) => orderDelivery(tx, { teamId, taskId }, { order, sealedToken }));
  }

  retry(teamId: TeamId, id: DeliveryId, sourceToken: string | null): Promise<TaskId> {
    return this.#database.transaction((tx) =>
      retryDelivery(tx, { teamId, id }, (taskId) => this.#seal(taskId, sourceToken)),
    );
  }

  async releaseForgotten(): Promise<number> {
    return (await this.#database.rows({ text: RELEASE_FORGOTTEN })).length;
  }

  #seal(taskId: TaskId, token: string | null): Buffer | null {
    return token === null ? null : this.#sealer.seal(token, sourceTokenPurpose(taskId));
  }

  /** The try is begun already: with a token that does not open it must end, else it would stay with this session. */
  async #unseal(
    fence: DeliveryFence,
    { sealed, id }: { sealed: Buffer | null; id: TaskId },
  ): Promise<string | null> {
    try {
      return sealed === null ? null : this.#sealer.open(sealed, sourceTokenPurpose(id));
    } catch (error) {
      const failure = {
        code: 'config_error',
        message: 'The token of this task cannot be unsealed. Retry the delivery with a new one.',
      } as const;
      await this.finish(fence, { state: 'failed', error: failure });
      throw error;
    }
  }
}
