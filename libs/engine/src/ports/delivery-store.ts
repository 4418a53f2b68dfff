import type { DeliverWhen, DeliveryId, SessionId, TaskId, TeamId } from '@drydock/domain';
import type { GitPerson } from './forge.ts';
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
  /** Null: `verified` if there was anything to verify. */
  readonly when: DeliverWhen | null;
  /** Issue that the pull request closes; null: none. */
  readonly closes: number | null;
  /** Whom the commit names as co-author; left out: nobody. */
  readonly coAuthor?: GitPerson;
}

/** What is known of the effect so far; written as soon as it is known, so that whoever goes on finds it. */
export interface DeliveryFound {
  /** Whom the commit is by: with another credential it would be another commit. */
  readonly author?: GitPerson;
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
  /** Tries in a row that failed for a reason that passes, or that were lost with their worker. */
  readonly failures: number;
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
  /** What went otherwise than asked although the delivery is done; they become events of the task. */
  readonly notices?: readonly { readonly code: string; readonly message: string }[];
}

/** Why a try is put off. */
export interface Postponement {
  /** From now, by the clock of the database. */
  readonly delayMs: number;
  readonly error: TaskFailure;
  /** Whether it counts as a failure: one that was not even tried does not. */
  readonly isFailure: boolean;
}

/** A wish that comes after the end of the task, when its token is gone. */
export interface LateOrder {
  readonly order: PullRequestOrder;
  readonly sourceToken: string | null;
}

/**
 * Deliveries in PostgreSQL: a pending row is its own outbox. It is written with its task (`NewTask.pullRequest`), and due
 * when the task is final, its time has come, and no session has it. What a lost session had is taken back by the sweep of
 * `SessionStore`, what a closed one had at once.
 */
export interface DeliveryStore {
  /**
   * The one that has been due for longest, taken in one guarded statement; null when there is none. `held` are those that
   * this process works on: any other one of the session is due too, because the answer to its claim got lost. Claims of one
   * session must follow each other. Throws `lease_lost` when the session has ended.
   */
  claimNext(session: SessionId, held: readonly DeliveryId[]): Promise<ClaimedDelivery | null>;
  /** How many are due to somebody, up to `atMost`; for wake-ups. */
  countDue(session: SessionId, held: readonly DeliveryId[], atMost: number): Promise<number>;
  /** Adds to what is known. Throws `lease_lost`. */
  noteFound(fence: DeliveryFence, found: DeliveryFound): Promise<void>;
  /**
   * Final for now, with the event `delivery.changed`, in one transaction; the task's token goes, unless it is `held`. Told
   * again, it changes nothing. Throws `lease_lost`.
   */
  finish(fence: DeliveryFence, end: DeliveryEnd): Promise<void>;
  /** Back to those that wait. Told again, it changes nothing. Throws `lease_lost`. */
  postpone(fence: DeliveryFence, why: Postponement): Promise<void>;
  /**
   * A pull request for a final task that has none yet. A second order finds the first one: its id comes back and nothing
   * changes. Throws `not_found` for another team's task, `task_not_final`, and `delivery_not_available` when retention took
   * the patch or there is none.
   */
  order(teamId: TeamId, taskId: TaskId, wanted: LateOrder): Promise<DeliveryId>;
  /**
   * `failed` and `held` become `pending` again; `pending` and `succeeded` stay. Whoever retries a delivery that was held
   * as not verified wants it as it is. `sourceToken` replaces the one that is gone. Throws `not_found`, and
   * `delivery_not_available` when retention took the patch.
   */
  retry(teamId: TeamId, id: DeliveryId, sourceToken: string | null): Promise<TaskId>;
  /** Makes due what a worker of an earlier version, which knows no deliveries, left waiting; how many. */
  releaseForgotten(): Promise<number>;
}
