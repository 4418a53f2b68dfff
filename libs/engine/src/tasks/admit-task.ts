import { crashPoint, type TaskId } from '@drydock/domain';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { NewTask, TaskRecord } from '../ports/task-record.ts';
import type { Idempotency, TaskStore } from '../ports/task-store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import { inputKey } from '../attempt/checkout-phase.ts';

export interface AdmitPorts {
  readonly tasks: TaskStore;
  readonly artifacts: ArtifactStore;
  readonly wakeUps: WakeUps;
  readonly log: Log;
}

export interface Admitted {
  readonly task: TaskRecord;
  /** The Idempotency-Key was used before with the same body: this is the earlier task. */
  readonly replayed: boolean;
}

export interface Admission {
  readonly task: NewTask;
  readonly idempotency: Idempotency | null;
  /** Puts the ZIP at `inputKey(task.id)`; null: the source is a git URL. */
  readonly storeInput: (() => Promise<unknown>) | null;
}

const dropInput = async (ports: AdmitPorts, id: TaskId): Promise<void> => {
  await ports.artifacts.remove(inputKey(id)).catch((error: unknown) => {
    ports.log.warn({ error, taskId: id }, 'the input of a task that was not accepted could not be removed');
  });
};

/** Stores the input before the task, so that no worker ever misses it; an input without its task is removed. */
export const admitTask = async (ports: AdmitPorts, admission: Admission): Promise<Admitted> => {
  const { task, idempotency, storeInput } = admission;
  let isKept = false;
  try {
    await storeInput?.();
    crashPoint('submit.before_insert');
    const submitted = await ports.tasks.submit(task, idempotency);
    crashPoint('submit.after_insert');
    isKept = !submitted.replayed;
    // Not awaited: a client waits for PostgreSQL only, and the ringer makes up for a lost wake-up.
    if (isKept)
      void ports.wakeUps.ring('tasks').then(() => {
        crashPoint('submit.after_wake_up');
      });
    return submitted;
  } finally {
    if (storeInput && !isKept) await dropInput(ports, task.id);
  }
};
