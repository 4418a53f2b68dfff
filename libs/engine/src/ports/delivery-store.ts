import type { DeliveryId, SessionId, TaskId, TeamId } from '@drydock/domain';
import type { TaskFailure, TaskRecord } from './task-record.ts';

export type DeliveryState = 'pending' | 'succeeded' | 'failed' | 'held';

/** What a pull request is asked to be, with the defaults filled in. */
export interface PullRequestOrder {
  /** Null: the branch that the task's base came from, or the default branch. */
  readonly base: string | null;
  readonly draft: boolean;
  readonly title: string | null;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly maintainerCanModify: boolean;
  /** `verified`: only a patch whose verify commands passed. */
  readonly when: 'changed' | 'verified';
  /** Issue that the pull request closes; null: none. */
  readonly closes: number | null;
}

/** What is known of the effect so far; written as soon as it is known, so that whoever goes on finds it. */
export interface DeliveryFound {
  readonly branch?: string;
  readonly commit?: string;
  readonly number?: number;
  readonly url?: string;
}

/** Names one try of one delivery; every write of the try names both, and one that is stale hits no row: `lease_lost`. */
export interface DeliveryFence {
  readonly deliveryId: DeliveryId;
  readonly attempt: number;
  readonly sessionId: SessionId;
}

export interface ClaimedDelivery {
  readonly fence: DeliveryFence;
  readonly order: PullRequestOrder;
  readonly found: DeliveryFound;
  readonly task: TaskRecord;
  /** The unsealed `source.git.token`, or null. */
  readonly sourceToken: string | null;
  /** The team takes changes below `.github/workflows/`. */
  readonly mayEditWorkflows: boolean;
}

export interface DeliveryEnd {
  readonly state: 'succeeded' | 'failed' | 'held';
  readonly error: TaskFailure | null;
}

/**
 * Deliveries in PostgreSQL: a pending row is its own outbox. It is due when its task is final, `notBefore` has come, and no
 * session that lives has it.
 */
export interface DeliveryStore {
  /** The oldest due one, taken in one guarded statement; null when there is none. */
  claimNext(session: SessionId): Promise<ClaimedDelivery | null>;
  /** How many are due, up to `atMost`; for wake-ups. */
  countDue(atMost: number): Promise<number>;
  /** Throws `lease_lost`. */
  noteFound(fence: DeliveryFence, found: DeliveryFound): Promise<void>;
  /** Final for now, with the event `delivery.changed`, in one transaction. Throws `lease_lost`. */
  finish(fence: DeliveryFence, end: DeliveryEnd): Promise<void>;
  /** Back to the pending ones until `notBefore`, with what went wrong. Throws `lease_lost`. */
  postpone(fence: DeliveryFence, notBefore: Date, error: TaskFailure): Promise<void>;
  /**
   * A pull request for a final task that has none yet. A second order finds the first one: its id comes back and nothing
   * changes. Throws `not_found` for another team's task, `task_not_final`, and `delivery_not_available` when retention took
   * the patch or there is none.
   */
  order(teamId: TeamId, taskId: TaskId, order: PullRequestOrder): Promise<DeliveryId>;
  /** `failed` and `held` become `pending` again; `pending` and `succeeded` stay. Throws `not_found`. */
  retry(teamId: TeamId, id: DeliveryId): Promise<TaskId>;
}
