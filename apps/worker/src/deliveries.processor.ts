import { JOBS } from '@drydock/contracts';
import { ClaimGate, ForgeWork, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS, type WakeUpJob } from '@drydock/queue';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';

/** Turns each wake-up into at most one piece of work at a code host. Started by `WorkerLife`, once the boot checks are through. */
@Processor('deliveries', WORKER_OPTIONS)
export class DeliveriesProcessor extends WorkerHost {
  readonly #work: ForgeWork;
  readonly #session: WorkerSession;
  readonly #gate: ClaimGate;

  constructor(work: ForgeWork, session: WorkerSession, gate: ClaimGate) {
    super();
    this.#work = work;
    this.#session = session;
    this.#gate = gate;
  }

  // As in TasksProcessor: exactly three parameters, and BullMQ's signal decides nothing.
  async process(job: WakeUpJob, _token?: string, _signal?: AbortSignal): Promise<void> {
    JOBS['delivery.perform'].data.parse(job.data);
    if (!this.#gate.isOpen) return;
    await this.#work.next(({ task, fence }) => {
      void job.updateData({ v: 1, taskId: task.id, attempt: fence.attempt }).catch(() => undefined);
    });
  }

  /** Redis says that the lock is gone. PostgreSQL decides what that means: ask it at once. */
  @OnWorkerEvent('lockRenewalFailed')
  onLockLost(): void {
    void this.#session.beat();
  }

  /** Without a listener, BullMQ's connection errors would be uncaught. Outages of Redis cost wake-ups, never work. */
  @OnWorkerEvent('error')
  onError(): void {
    return;
  }
}
