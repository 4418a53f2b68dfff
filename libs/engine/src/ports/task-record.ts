import type { Artifact, Diffstat, TaskRequest, VerifyResult } from '@drydock/contracts';
import type {
  ApiKeyId,
  AttemptOutcome,
  DeliveryId,
  ErrorCode,
  Limits,
  Outcome,
  Phase,
  Status,
  TaskId,
  TeamId,
  Usage,
} from '@drydock/domain';
import type { z } from 'zod';
import type { PullRequestOrder } from './delivery-store.ts';
import type { TriggerOrigin } from './inbound-store.ts';

export type FrozenRequest = z.infer<typeof TaskRequest>;
export type StoredArtifact = z.infer<typeof Artifact>;
export type VerifyOutcome = z.infer<typeof VerifyResult>;
export type PatchStat = z.infer<typeof Diffstat>;

/** The commit and tree that the first successful checkout pinned. `commit` null: the source was a ZIP. */
export interface BasePin {
  readonly ref: string | null;
  readonly commit: string | null;
  readonly tree: string;
}

export interface TaskFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface AttemptRecord {
  readonly number: number;
  readonly workerId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: AttemptOutcome | null;
}

export interface DeliveryRecord {
  readonly id: DeliveryId;
  readonly kind: 'pull_request' | 'comment' | 'webhook';
  readonly state: 'pending' | 'succeeded' | 'failed' | 'held';
  readonly error: TaskFailure | null;
  readonly url: string | null;
}

/** A task as PostgreSQL has it. */
export interface TaskRecord {
  readonly id: TaskId;
  readonly teamId: TeamId;
  readonly status: Status;
  readonly phase: Phase | null;
  readonly outcome: Outcome | null;
  readonly error: TaskFailure | null;
  /** As accepted, defaults filled in, without the token: that one is sealed apart. */
  readonly request: FrozenRequest;
  readonly image: { readonly name: string; readonly digest: string | null };
  /** Effective: of the request until the checkout has read `.drydock.yml`, then of both. */
  readonly limits: Limits;
  readonly zip: { readonly bytes: number; readonly sha256: string } | null;
  readonly base: BasePin | null;
  readonly resultTree: string | null;
  readonly usage: Usage;
  readonly diffstat: PatchStat | null;
  readonly verify: readonly VerifyOutcome[];
  readonly attempts: readonly AttemptRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  readonly cancelRequested: boolean;
  readonly traceparent: string | null;
  readonly retryOf: TaskId | null;
  /** The task whose branch this one adds a commit to; null: it gets a branch of its own. */
  readonly parentId: TaskId | null;
  /** What at a code host asked for it: such a task is configured by the default branch alone. Null: the API. */
  readonly origin: TriggerOrigin | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly notBefore: Date | null;
  /** When retention took its artifacts and its ZIP away. */
  readonly filesDeletedAt: Date | null;
}

export interface NewTask {
  readonly id: TaskId;
  readonly teamId: TeamId;
  readonly createdBy: ApiKeyId;
  readonly request: FrozenRequest;
  readonly imageName: string;
  readonly limits: Limits;
  readonly zip: { readonly bytes: number; readonly sha256: string } | null;
  /** Write-only: sealed at rest, deleted when the task and its deliveries are done. */
  readonly sourceToken: string | null;
  readonly retryOf: TaskId | null;
  /** Left out: none. */
  readonly parentId?: TaskId | null;
  /** Left out: the API. */
  readonly origin?: TriggerOrigin | null;
  /** A retry starts from the base that its forerunner pinned, unless it adds to a branch, which has moved on since. */
  readonly base: BasePin | null;
  readonly notBefore: Date | null;
  /** W3C trace context of the request, or null. */
  readonly traceparent: string | null;
  /** Left out: none is wanted. */
  readonly pullRequest?: PullRequestOrder | null;
  /** Where webhooks about this task go besides the team's endpoints; left out: nowhere. */
  readonly callbackUrl?: string | null;
}
