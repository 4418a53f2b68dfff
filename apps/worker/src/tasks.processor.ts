import { ClaimGate, ExecuteTask, WorkerSession } from '@drydock/engine';
import { WORKER_OPTIONS } from '@drydock/queue';
import { Processor } from '@nestjs/bullmq';
import { WakeUpProcessor, type ClaimedByWakeUp } from './wake-up-processor.ts';

/** Turns each wake-up into at most one claim. Started by `WorkerLife`, once the boot checks are through. */
@Processor('tasks', WORKER_OPTIONS)
export class TasksProcessor extends WakeUpProcessor {
  readonly #executeTask: ExecuteTask;

  constructor(executeTask: ExecuteTask, session: WorkerSession, gate: ClaimGate) {
    super('task.execute', session, gate);
    this.#executeTask = executeTask;
  }

  protected claimOne(onClaim: (claimed: ClaimedByWakeUp) => void): Promise<boolean> {
    return this.#executeTask.claimAndRun(({ fence }) => {
      onClaim(fence);
    });
  }
}
