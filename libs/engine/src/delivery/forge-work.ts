import { AppError } from '@drydock/domain';
import type { TellTriggers } from '../conversation/tell-triggers.ts';
import type { ProcessInbound } from '../inbound/process-inbound.ts';
import type { ClaimedDelivery } from '../ports/delivery-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { WorkerSession } from '../session/worker-session.ts';
import type { SendWebhooks } from '../webhooks/send-webhooks.ts';
import type { PerformDelivery } from './perform-delivery.ts';

export interface ForgeWorkParts {
  readonly performDelivery: Pick<PerformDelivery, 'performNext' | 'countDue'>;
  readonly processInbound: Pick<ProcessInbound, 'next' | 'countDue'>;
  readonly tellTriggers: Pick<TellTriggers, 'tellNext' | 'countDue'>;
  readonly sendWebhooks: Pick<SendWebhooks, 'next' | 'countDue'>;
  readonly session: Pick<WorkerSession, 'beat'>;
  readonly log: Log;
}

/** All that goes out, whose wake-ups share a queue: pull requests, triggers, where their tasks stand, and webhooks. */
export class ForgeWork {
  readonly #parts: ForgeWorkParts;
  #turn = 0;

  constructor(parts: ForgeWorkParts) {
    this.#parts = parts;
  }

  /**
   * One piece of whatever is due; each call begins with another kind, so that much of one keeps nobody waiting for another.
   * `onDelivery` is told of a delivery that was claimed.
   * @returns whether anything was due.
   */
  async next(onDelivery?: (claim: ClaimedDelivery) => void): Promise<boolean> {
    const { performDelivery, processInbound, tellTriggers, sendWebhooks } = this.#parts;
    const kinds = [
      () => performDelivery.performNext(onDelivery),
      () => processInbound.next(),
      () => tellTriggers.tellNext(),
      () => sendWebhooks.next(),
    ];
    const first = this.#turn++ % kinds.length;
    for (const kind of [...kinds.slice(first), ...kinds.slice(0, first)])
      if (await this.#orNothing(kind)) return true;
    return false;
  }

  /** How many pieces are due, up to a small window of each kind. */
  async countDue(): Promise<number> {
    const { performDelivery, processInbound, tellTriggers, sendWebhooks } = this.#parts;
    const kinds = [performDelivery, processInbound, tellTriggers, sendWebhooks];
    const counts = await Promise.all(kinds.map((kind) => kind.countDue()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** A store that is away keeps nothing of the other kinds from being done; what waits is counted again in a second. */
  async #orNothing(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      this.#parts.log.warn({ error }, 'work at a code host was put off');
      if (error instanceof AppError && error.code === 'lease_lost') await this.#parts.session.beat();
      return false;
    }
  }
}
