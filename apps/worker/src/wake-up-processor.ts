import { JOBS, type JobName } from '@drydock/contracts';
import type { ClaimGate, WorkerSession } from '@drydock/engine';
import type { WakeUpJob } from '@drydock/queue';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';

/** What was claimed, written into the wake-up for people who look at the queue. */
export interface ClaimedByWakeUp {
  readonly taskId: string;
  readonly attempt: number;
}

/** What all queues of wake-ups have in common: at most one claim for each, and only while the gate is open. */
export abstract class WakeUpProcessor extends WorkerHost {
  readonly #job: JobName;
  readonly #session: WorkerSession;
  readonly #gate: ClaimGate;

  protected constructor(job: JobName, session: WorkerSession, gate: ClaimGate) {
    super();
    this.#job = job;
    this.#session = session;
    this.#gate = gate;
  }

  /** Claims what is due, if anything is, and does it. */
  protected abstract claimOne(onClaim: (claimed: ClaimedByWakeUp) => void): Promise<unknown>;

  // BullMQ hands over its signal only if process.length >= 3: no default value, no rest parameter here. The signal itself
  // decides nothing: the lease of the session does.
  async process(job: WakeUpJob, _token?: string, _signal?: AbortSignal): Promise<void> {
    JOBS[this.#job].data.parse(job.data);
    if (!this.#gate.isOpen) return;
    await this.claimOne(({ taskId, attempt }) => {
      void job.updateData({ v: 1, taskId, attempt }).catch(() => undefined);
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
