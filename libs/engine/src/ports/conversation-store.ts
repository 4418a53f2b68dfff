import type { SessionId, TaskId } from '@drydock/domain';
import type { ForgeRepository } from './forge.ts';
import type { TriggerOrigin } from './inbound-store.ts';
import type { TaskFailure, TaskRecord } from './task-record.ts';

/** Names one try to tell of one task; every write of the try names all, and one that is stale hits no row: `lease_lost`. */
export interface TellingFence {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly sessionId: SessionId;
}

/** A task that somebody asked for at a code host, and that has come further than they were told. */
export interface ClaimedTelling {
  readonly fence: TellingFence;
  readonly task: TaskRecord;
  /** Last `seq` that `task` is sure to show. */
  readonly seq: number;
  readonly origin: TriggerOrigin;
  readonly repository: ForgeRepository;
  /** The comment that is edited in place; null: none is known. */
  readonly stickyId: number | null;
  /** Digest of what it says; null: not known. */
  readonly shown: string | null;
  /** Tries in a row that failed. */
  readonly failures: number;
}

export interface Told {
  /** As in the claim: what happened since is told next. */
  readonly seq: number;
  readonly shown: string;
  /** Nothing more is to come, or nobody wants to hear it. */
  readonly isOver: boolean;
  /** How long the next telling waits at least: a comment that changes by the second costs requests and helps nobody. */
  readonly restMs: number;
}

/** Tasks and what their triggers have been told of them, in PostgreSQL. A row that is behind is its own outbox. */
export interface ConversationStore {
  /**
   * The one that has waited for longest, taken in one guarded statement; null: none is due. Due is one that is not over, whose
   * task has events that were not told, whose time has come, and that no living session has. `held` are those that this
   * process tells of: any other of the session is due too, because the answer to its claim got lost. Claims of one session
   * must follow each other. Throws `lease_lost` when the session has ended.
   */
  claimNext(session: SessionId, held: readonly TaskId[]): Promise<ClaimedTelling | null>;
  /** How many are due to somebody, up to `atMost`; for wake-ups. */
  countDue(session: SessionId, held: readonly TaskId[], atMost: number): Promise<number>;
  /** The comment is there. Throws `lease_lost`. */
  noteSticky(fence: TellingFence, stickyId: number): Promise<void>;
  /** Back to those that wait, or done. Told again, it changes nothing. Throws `lease_lost`. */
  settle(fence: TellingFence, told: Told): Promise<void>;
  /** After a failure. `delayMs` null: never again. Told again, it changes nothing. Throws `lease_lost`. */
  postpone(fence: TellingFence, error: TaskFailure, delayMs: number | null): Promise<void>;
}
