import type { FrozenTrigger } from '@drydock/contracts';
import type { RepositoryId, SessionId, TaskId, TeamId } from '@drydock/domain';

/** Something that a forge sent and that may start a task, frozen as it came. */
export interface NewInbound {
  /** The forge and its own id of the sending: `github:<guid>`. */
  readonly id: string;
  readonly event: string;
  /** Repository, issue, comment, action: the same thing sent under another id is no other thing. */
  readonly semanticKey: string;
  readonly trigger: FrozenTrigger;
}

/** Names one try of one sending; every write of the try names both, and one that is stale hits no row: `lease_lost`. */
export interface InboundFence {
  readonly id: string;
  readonly attempt: number;
  readonly sessionId: SessionId;
}

export interface ClaimedInbound extends Omit<NewInbound, 'semanticKey'> {
  readonly fence: InboundFence;
}

/** The conversation that a task belongs to. */
export interface TriggerOrigin {
  readonly repositoryId: RepositoryId;
  readonly number: number;
  readonly isPullRequest: boolean;
  readonly sender: string;
  /** `label`, `comment`, … */
  readonly trigger: string;
  /** Comment or review that started it; null: a label or an assignment did. */
  readonly commentId: number | null;
}

export interface InboundEnd {
  /** `ignored`: it meant nothing to us; `refused`: it did, and somebody may not; `failed`: it could not be done. */
  readonly state: 'accepted' | 'ignored' | 'refused' | 'failed';
  readonly reason: string | null;
  readonly teamId: TeamId | null;
  /** The task that it started, with its conversation, which is written along. */
  readonly started: { readonly taskId: TaskId; readonly origin: TriggerOrigin } | null;
}

/**
 * What forges sent, in PostgreSQL. A row that nobody has looked at is its own outbox. Rows are kept for 30 days, so that a
 * replay finds them.
 */
export interface InboundStore {
  /** One statement. `duplicate`: the same sending, or the same thing under another id, came before. */
  receive(inbound: NewInbound): Promise<'received' | 'duplicate'>;
  /**
   * The oldest that is due: nobody has it, or a session that does not live any more, and all that came before it in its
   * conversation is settled, so that a wish to cancel finds what it is about. `held` are the ids that this process works
   * on: any other of the session is due too, because the answer to its claim got lost. Claims of one session must follow each
   * other.
   */
  claimNext(session: SessionId, held: readonly string[]): Promise<ClaimedInbound | null>;
  /** How many are due to somebody, up to `atMost`; for wake-ups. */
  countDue(session: SessionId, held: readonly string[], atMost: number): Promise<number>;
  /** For good, in one transaction with the conversation of the task. Throws `lease_lost`. */
  settle(fence: InboundFence, end: InboundEnd): Promise<void>;
  /** Back to those that wait. Throws `lease_lost`. */
  postpone(fence: InboundFence, delayMs: number): Promise<void>;
  /** Tasks that a conversation started, newest first, at most 20. */
  tasksOf(repositoryId: RepositoryId, number: number): Promise<TaskId[]>;
  /** Removes what came longer ago than that; how many. */
  forget(olderThanMs: number): Promise<number>;
}
