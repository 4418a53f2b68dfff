import { JOBS } from '@drydock/contracts';
import { ClaimGate, PerformDelivery, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS, type WakeUpJob } from '@drydock/queue';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';

/** Turns each wake-up into at most one try of one delivery. Started by `WorkerLife`, once the boot checks are through. */
@Processor('deliveries', WORKER_OPTIONS)
export class DeliveriesProcessor extends WorkerHost {
  readonly #performDelivery: PerformDelivery;
  readonly #session: WorkerSession;
  readonly #gate: ClaimGate;

  constructor(performDelivery: PerformDelivery, session: WorkerSession, gate: ClaimGate) {
    super();
    this.#performDelivery = performDelivery;
    this.#session = session;
    this.#gate = gate;
  }

  // As in TasksProcessor: exactly three parameters, and BullMQ's signal decides nothing.
  async process(job: WakeUpJob, _token?: string, _signal?: AbortSignal): Promise<void> {
    JOBS['delivery.perform'].data.parse(job.data);
    if (!this.#gate.isOpen) return;
    await this.#performDelivery.performNext(({ task, fence }) => {
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
