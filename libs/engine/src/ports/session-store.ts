import type { InstanceId, Outcome, SessionId, TaskId, Usage } from '@drydock/domain';
import type { QueueView, WorkerView } from '@drydock/contracts';
import type { z } from 'zod';
import type { AttemptKey, Fence } from './attempt-key.ts';

export interface SessionInfo {
  readonly id: SessionId;
  readonly workerId: string;
  /** Random per boot: a restarted worker with the same id is another session. */
  readonly bootNonce: string;
  /** Stable name of the machine, for the reaper's label. */
  readonly host: string;
  readonly version: string;
  readonly concurrency: number;
}

export interface Heartbeat {
  /** Attempts of this session whose task wants to be cancelled. */
  readonly cancel: readonly TaskId[];
  /** Attempts that the database still counts as this session's; a running one that is missing here is lost. */
  readonly owned: readonly Fence[];
}

/** An attempt that a sweep took back. */
export interface TakenBack extends AttemptKey {
  /** How the task ended with it and what it used in all; null: the task is queued again. */
  readonly finished: { readonly outcome: Outcome; readonly usage: Usage } | null;
}

/** Worker sessions, their lease, and what keeps the queue moving. Lease 10 s, heartbeat every 2 s (design §8). */
export interface SessionStore {
  open(session: SessionInfo): Promise<void>;
  /** Renews the lease. Throws `lease_lost` when the session's lease had ended and its attempts were taken back. */
  heartbeat(session: SessionId, state: { draining: boolean }): Promise<Heartbeat>;
  /** Ends the lease at once; what it still owned is swept as lost. */
  close(session: SessionId): Promise<void>;
  /**
   * Takes back attempts of sessions whose lease has ended: attempt `lost`, task requeued or finished, with what is known of
   * the lost worker in the closing event. The sessions end with them. Returns what it took; nothing until this process's
   * own connection has been healthy for one full lease, because after an outage every lease looks ended although the
   * workers live on.
   */
  sweep(): Promise<readonly TakenBack[]>;
  /** Queued tasks that could be claimed now, counted up to `atMost`. */
  countEligible(atMost: number): Promise<number>;
  /** Attempts with a live lease, of all sessions: what the reaper must not touch. */
  liveAttempts(): Promise<AttemptKey[]>;
  workers(): Promise<z.infer<typeof WorkerView>[]>;
  queue(): Promise<z.infer<typeof QueueView>>;
  /** The random id of this installation: one row, made on first use. */
  instanceId(): Promise<InstanceId>;
  /** Answers within 2 s, or throws `service_unavailable`. */
  ping(): Promise<void>;
}
