import type { AttemptOutcome, Limits, Phase, SessionId, Usage } from '@drydock/domain';
import type { NewEvent } from '@drydock/contracts';
import type { Fence } from './attempt-key.ts';
import type {
  BasePin,
  PatchStat,
  StoredArtifact,
  TaskFailure,
  TaskRecord,
  VerifyOutcome,
} from './task-record.ts';

export interface Claim {
  readonly fence: Fence;
  readonly task: TaskRecord;
  /** The unsealed `source.git.token`, or null. */
  readonly sourceToken: string | null;
}

/** One model call as the gateway metered it. */
export interface MeteredCall {
  readonly callId: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** null: the price is unknown. */
  readonly costUsd: number | null;
  readonly ms: number;
  readonly status: number;
}

/**
 * Events of one attempt that are written together. A batch that is told again, because its answer got lost, is known by
 * its number.
 */
export interface EventBatch {
  /** Counts the attempt's batches from 1, without a gap. */
  readonly number: number;
  readonly events: readonly NewEvent[];
}

export interface AttemptEnd {
  readonly outcome: Exclude<AttemptOutcome, 'lost'>;
  readonly error: TaskFailure | null;
  readonly resultTree: string | null;
  readonly diffstat: PatchStat | null;
  readonly verify: readonly VerifyOutcome[];
  /** They become visible with this statement, never before. */
  readonly artifacts: readonly StoredArtifact[];
  readonly agentSeconds: number;
}

/**
 * The worker's side of the truth. Every write names the attempt and the session in its WHERE and throws `lease_lost` when
 * it hits no row: a stale worker changes nothing.
 */
export interface AttemptStore {
  /** The fair-first eligible task, taken in one guarded statement, with its attempt opened; null when there is none. */
  claimNext(session: SessionId): Promise<Claim | null>;
  /**
   * Appends in order with gap-free `seq`; one statement for the whole batch. Batches come one after the other; one that
   * was written already is no error and writes nothing. Throws `internal` when one between was left out.
   */
  appendEvents(fence: Fence, batch: EventBatch): Promise<void>;
  enterPhase(fence: Fence, phase: Phase): Promise<void>;
  /** The first pin stays; a different one later throws `patch_not_exact`. */
  pinBase(fence: Fence, base: BasePin): Promise<void>;
  /** What the checkout and the engine settled: limits after `.drydock.yml`, the image with its digest. */
  settle(
    fence: Fence,
    settled: { limits: Limits; image: { name: string; digest: string | null } },
  ): Promise<void>;
  /** Adds the row and the task's usage, once per `callId`, however often it is told; returns the usage over all attempts. */
  recordCall(fence: Fence, call: MeteredCall): Promise<Usage>;
  /**
   * Ends the attempt and, by `afterAttempt` of the domain, the task or its way back into the queue, with the closing
   * event (`task.finished` or `task.released`) in the same transaction. A cancel requested meanwhile wins over requeue.
   * Told again after it was written, it gives the same answer, even if the task has long been claimed anew; `lease_lost`
   * therefore means that this end was not and will not be written.
   */
  finish(fence: Fence, end: AttemptEnd): Promise<'finished' | 'requeued'>;
}
