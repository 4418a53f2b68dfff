import type { Outcome, Status, TaskId, TeamId } from '@drydock/domain';
import type { NewTask, StoredArtifact, TaskRecord } from './task-record.ts';

/** Scope of a client's Idempotency-Key: team and route, kept for 24 hours. */
export interface Idempotency {
  readonly route: string;
  readonly key: string;
  /** SHA-256 over the canonical task JSON and the archive's SHA-256. */
  readonly bodyHash: string;
}

export interface TaskFilter {
  readonly status?: Status | undefined;
  readonly outcome?: Outcome | undefined;
  /** Part of the git URL, in whatever case. */
  readonly repository?: string | undefined;
  /** Part of the description or of the id, in whatever case. */
  readonly search?: string | undefined;
  /** All must hold. */
  readonly labels: readonly (readonly [key: string, value: string])[];
  readonly limit: number;
  /** Opaque; `invalid_request` if it is none of ours. */
  readonly cursor?: string | undefined;
}

/** The api's side of the truth. Every method is scoped to a team: another team's id is as good as none. */
export interface TaskStore {
  /**
   * One transaction: the task, its `task.queued` event and the idempotency row. `replayed` tells that the key was used
   * before with the same body; then nothing was written and the earlier task comes back.
   * Throws `idempotency_in_flight` (another transaction holds the key), `idempotency_mismatch`, `queue_full`.
   */
  submit(task: NewTask, idempotency: Idempotency | null): Promise<{ task: TaskRecord; replayed: boolean }>;
  get(teamId: TeamId, id: TaskId): Promise<TaskRecord | null>;
  /** Newest first; `next` null on the last page. Inserts while paging move nothing. */
  list(teamId: TeamId, filter: TaskFilter): Promise<{ items: TaskRecord[]; next: string | null }>;
  /**
   * Queued → cancelled at once; running → `task.cancel_requested` for the worker (once); final → unchanged.
   * Against a concurrent claim exactly one wins. `ended` says that this very call ended the task. Null: no such task.
   */
  cancel(teamId: TeamId, id: TaskId): Promise<{ task: TaskRecord; ended: boolean } | null>;
  /** Stored artifacts of all ended attempts, by attempt and name. Empty for another team's id too. */
  artifacts(teamId: TeamId, id: TaskId): Promise<StoredArtifact[]>;
}
