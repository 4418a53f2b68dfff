import { ClaimGate, ForgeWork, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS } from '@drydock/queue';
import { Processor } from '@nestjs/bullmq';
import { WakeUpProcessor, type ClaimedByWakeUp } from './wake-up-processor.ts';

/** Turns each wake-up into at most one piece of work at a code host. Started by `WorkerLife`, once the boot checks are through. */
@Processor('deliveries', WORKER_OPTIONS)
export class DeliveriesProcessor extends WakeUpProcessor {
  readonly #work: ForgeWork;

  constructor(work: ForgeWork, session: WorkerSession, gate: ClaimGate) {
    super('delivery.perform', session, gate);
    this.#work = work;
  }

  protected claimOne(onClaim: (claimed: ClaimedByWakeUp) => void): Promise<unknown> {
    return this.#work.next(({ task, fence }) => {
      onClaim({ taskId: task.id, attempt: fence.attempt });
    });
  }
}
