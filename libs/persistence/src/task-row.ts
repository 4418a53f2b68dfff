import type {
  AttemptOutcome,
  DeliveryId,
  Limits,
  Outcome,
  Phase,
  Status,
  TaskId,
  TeamId,
} from '@drydock/domain';
import type {
  AttemptRecord,
  DeliveryRecord,
  FrozenRequest,
  PatchStat,
  TaskFailure,
  TaskRecord,
  TriggerOrigin,
  VerifyOutcome,
} from '@drydock/engine';

interface AttemptJson {
  readonly number: number;
  readonly workerId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: AttemptOutcome | null;
}

/** What `TASK_COLUMNS` selects. Our own statements wrote it, so its words are those of the closed lists. */
export interface TaskRow {
  readonly id: TaskId;
  readonly teamId: TeamId;
  readonly status: Status;
  readonly phase: Phase | null;
  readonly outcome: Outcome | null;
  readonly error: TaskFailure | null;
  readonly request: FrozenRequest;
  readonly imageName: string;
  readonly imageDigest: string | null;
  readonly limits: Limits;
  readonly zipBytes: number | null;
  readonly zipSha256: string | null;
  readonly baseRef: string | null;
  readonly baseCommit: string | null;
  readonly baseTree: string | null;
  readonly resultTree: string | null;
  readonly diffstat: PatchStat | null;
  readonly verify: VerifyOutcome[];
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly agentSeconds: number;
  readonly cancelRequested: boolean;
  readonly traceparent: string | null;
  readonly retryOf: TaskId | null;
  readonly parentId: TaskId | null;
  readonly taskOrigin: TriggerOrigin | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly notBefore: Date | null;
  readonly filesDeletedAt: Date | null;
  readonly attempts: AttemptJson[];
  readonly deliveries: (Omit<DeliveryRecord, 'id'> & { id: DeliveryId })[];
}

/** Usage of the task aliased `t`, as JavaScript numbers: exact to 2^53 tokens. */
export const USAGE_COLUMNS = `t."modelCalls", t."inputTokens"::float8 AS "inputTokens",
  t."cachedTokens"::float8 AS "cachedTokens", t."outputTokens"::float8 AS "outputTokens",
  t."costUsd"::float8 AS "costUsd", t."agentSeconds"`;

/** Select list for a task aliased `t`, also in RETURNING; attempts and deliveries come along in the same round trip. */
export const TASK_COLUMNS = `t."id", t."teamId", t."status", t."phase", t."outcome", t."error", t."request",
  t."imageName", t."imageDigest", t."limits", t."zipBytes"::float8 AS "zipBytes", t."zipSha256",
  t."baseRef", t."baseCommit", t."baseTree", t."resultTree", t."diffstat", t."verify", ${USAGE_COLUMNS},
  t."cancelRequested", t."traceparent", t."retryOf", t."parentId",
  t."origin" AS "taskOrigin",
  t."createdAt", t."startedAt", t."finishedAt", t."notBefore", t."filesDeletedAt",
  (SELECT coalesce(json_agg(json_build_object('number', a."number", 'workerId', a."workerId", 'startedAt', a."startedAt",
      'finishedAt', a."finishedAt", 'outcome', a."outcome") ORDER BY a."number"), '[]')
    FROM "Attempt" a WHERE a."taskId" = t."id") AS "attempts",
  (SELECT coalesce(json_agg(json_build_object('id', d."id", 'kind', d."kind", 'state', d."state", 'error', d."error",
      'url', d."url") ORDER BY d."createdAt", d."id"), '[]')
    FROM "Delivery" d WHERE d."taskId" = t."id") AS "deliveries"`;

const attemptOf = (json: AttemptJson): AttemptRecord => ({
  ...json,
  startedAt: new Date(json.startedAt),
  finishedAt: json.finishedAt === null ? null : new Date(json.finishedAt),
});

export const taskOf = (row: TaskRow): TaskRecord => ({
  id: row.id,
  teamId: row.teamId,
  status: row.status,
  phase: row.phase,
  outcome: row.outcome,
  error: row.error,
  request: row.request,
  image: { name: row.imageName, digest: row.imageDigest },
  limits: row.limits,
  zip:
    row.zipBytes === null || row.zipSha256 === null ? null : { bytes: row.zipBytes, sha256: row.zipSha256 },
  base: row.baseTree === null ? null : { ref: row.baseRef, commit: row.baseCommit, tree: row.baseTree },
  resultTree: row.resultTree,
  usage: {
    modelCalls: row.modelCalls,
    inputTokens: row.inputTokens,
    cachedTokens: row.cachedTokens,
    outputTokens: row.outputTokens,
    costUsd: row.costUsd,
    agentSeconds: row.agentSeconds,
  },
  diffstat: row.diffstat,
  verify: row.verify,
  attempts: row.attempts.map(attemptOf),
  deliveries: row.deliveries,
  cancelRequested: row.cancelRequested,
  traceparent: row.traceparent,
  retryOf: row.retryOf,
  parentId: row.parentId,
  origin: row.taskOrigin,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  notBefore: row.notBefore,
  filesDeletedAt: row.filesDeletedAt,
});
