import type { SessionId, Status, TaskId } from '@drydock/domain';
import type { RetentionStore } from '../ports/retention-store.ts';

/** A task as retention sees it; all that is left out is not there. */
export interface RetainedTask {
  readonly status: Status;
  /** Null: it has not ended. */
  readonly endedMsAgo: number | null;
  /** Events in their order; the kind `log` goes. */
  readonly events?: readonly string[];
  /** `<attempt>/<name>` to bytes. */
  readonly artifacts?: Readonly<Record<string, number>>;
  readonly zipBytes?: number;
  readonly retryOf?: TaskId;
  readonly delivery?: 'pending' | 'succeeded' | 'failed' | 'held';
  readonly hasSecret?: boolean;
}

export interface RetainedLook {
  readonly logsDeleted: boolean;
  readonly filesDeleted: boolean;
  /** `<seq> <type>` of those that are left. */
  readonly events: readonly string[];
  readonly artifacts: readonly string[];
  readonly hasSecret: boolean;
}

/** A RetentionStore over a truth that the test makes up. */
export interface RetentionUnderTest {
  readonly store: RetentionStore;
  /** Of another process. */
  readonly rival: RetentionStore;
  addTask(task: RetainedTask): Promise<TaskId>;
  addIdempotencyKey(ageMs: number): Promise<void>;
  /** `owns`: a task whose attempt it has open. */
  addSession(leaseEndedMsAgo: number, owns?: TaskId): Promise<SessionId>;
  addAuditEntry(ageMs: number): Promise<void>;
  look(id: TaskId): Promise<RetainedLook>;
  sessions(): Promise<SessionId[]>;
}
export type MakeRetention = () => Promise<RetentionUnderTest>;
