import { ClaimGate, PerformDelivery, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS } from '@drydock/queue';
import { Processor } from '@nestjs/bullmq';
import { WakeUpProcessor, type ClaimedByWakeUp } from './wake-up-processor.ts';

/** Turns each wake-up into at most one try of one delivery. Started by `WorkerLife`, once the boot checks are through. */
@Processor('deliveries', WORKER_OPTIONS)
export class DeliveriesProcessor extends WakeUpProcessor {
  readonly #performDelivery: PerformDelivery;

  constructor(performDelivery: PerformDelivery, session: WorkerSession, gate: ClaimGate) {
    super('delivery.perform', session, gate);
    this.#performDelivery = performDelivery;
  }

  protected claimOne(onClaim: (claimed: ClaimedByWakeUp) => void): Promise<boolean> {
    return this.#performDelivery.performNext(({ task, fence }) => {
      onClaim({ taskId: task.id, attempt: fence.attempt });
    });
  }
}
