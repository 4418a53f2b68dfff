import { JOBS } from '@drydock/contracts';
import { ClaimGate, ExecuteTask, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS, type WakeUpJob } from '@drydock/queue';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';

/** Turns each wake-up into at most one claim. Started by `WorkerLife`, once the boot checks are through. */
@Processor('tasks', WORKER_OPTIONS)
export class TasksProcessor extends WorkerHost {
  readonly #executeTask: ExecuteTask;
  readonly #session: WorkerSession;
  readonly #gate: ClaimGate;

  constructor(executeTask: ExecuteTask, session: WorkerSession, gate: ClaimGate) {
    super();
    this.#executeTask = executeTask;
    this.#session = session;
    this.#gate = gate;
  }

  // BullMQ hands over its signal only if process.length >= 3: no default value, no rest parameter here. The signal itself
  // decides nothing: the lease of the session does.
  async process(job: WakeUpJob, _token?: string, _signal?: AbortSignal): Promise<void> {
    JOBS['task.execute'].data.parse(job.data);
    if (!this.#gate.isOpen) return;
    await this.#executeTask.claimAndRun((claim) => {
      const { taskId, attempt } = claim.fence;
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
