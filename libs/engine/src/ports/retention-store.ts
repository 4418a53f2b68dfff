import type { TaskId } from '@drydock/domain';

/** One step's bound, so that a run never holds locks or memory for long. */
export interface RetentionBatch {
  /** Age from the end on, or from the entry on, by the database's clock. */
  readonly olderThanMs: number;
  readonly limit: number;
}

/** What the truth says about the files below `tasks/<id>`. */
export interface TaskFiles {
  readonly id: TaskId;
  /** Has not ended, or a delivery of it is still due: nothing of it may be removed. */
  readonly isLive: boolean;
  /** Retention took its files: whatever is still there has no owner. */
  readonly isDeleted: boolean;
  /** Those that the API offers, as `<attempt>/<name>`. */
  readonly artifacts: readonly string[];
}

/**
 * What is deleted by age and size. Every method is one short transaction, guards its own conditions, and leaves live tasks
 * alone, so that two runs at once would do no harm, only work twice.
 */
export interface RetentionStore {
  /**
   * Runs `work` unless another process of the fleet runs at this moment; then returns null. `signal` aborts when the lock is
   * lost, as with the connection that holds it.
   */
  exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
  /** The `log` events of tasks that ended so long ago, with `logsDeletedAt`. `limit` counts tasks. */
  deleteLogEvents(batch: RetentionBatch): Promise<{ readonly tasks: number; readonly events: number }>;
  /**
   * Withdraws the files of tasks that ended so long ago, least recently ended first: rows of artifacts go, `filesDeletedAt`
   * is set, and from then on the caller may remove the bytes. Tasks that a live retry was made from keep theirs.
   */
  withdrawFiles(batch: RetentionBatch): Promise<TaskId[]>;
  /** The same, until what is left is at most `keepBytes`; also less than that many tasks, to be called until it is empty. */
  withdrawFilesAbove(keepBytes: number, limit: number): Promise<TaskId[]>;
  /** Of those tasks that exist. */
  taskFiles(ids: readonly string[]): Promise<TaskFiles[]>;
  /** 24 hours old ones. */
  deleteIdempotencyKeys(limit: number): Promise<number>;
  /** Sessions whose lease ended so long ago and that own no open attempt. */
  deleteSessions(batch: RetentionBatch): Promise<number>;
  /** Entries of the audit log that are so old. */
  deleteAuditEntries(batch: RetentionBatch): Promise<number>;
  /** Secrets of tasks that nobody needs any more. They go with the end of the task, so anything but 0 is a fault. */
  deleteStraySecrets(limit: number): Promise<number>;
}
