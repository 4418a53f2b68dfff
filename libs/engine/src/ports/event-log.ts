import type { TaskEvent } from '@drydock/contracts';
import type { TaskId } from '@drydock/domain';
import type { z } from 'zod';

export interface EventSlice {
  readonly events: readonly z.infer<typeof TaskEvent>[];
  /** False once the task is final and nothing follows the last event here. */
  readonly more: boolean;
}

/** How far a task's history has come. */
export interface EventHead {
  /** 0: no event yet. */
  readonly lastSeq: number;
  readonly isFinal: boolean;
}

/** Reading side of a task's history; PostgreSQL only. The caller has checked the team. */
export interface EventLog {
  /** Events with `seq` greater than `after`, ascending, at most `limit`. */
  read(taskId: TaskId, after: number, limit: number): Promise<EventSlice>;
  /** Of many tasks in one statement; those that do not exist are left out. */
  heads(taskIds: readonly TaskId[]): Promise<ReadonlyMap<TaskId, EventHead>>;
}

/** A hint that a task has new events. It may be lost or false: readers poll besides. */
export interface EventHints {
  publish(taskId: TaskId): void;
  /** Calls `onHint` at each hint until the returned function is called. */
  subscribe(taskId: TaskId, onHint: () => void): () => void;
}
