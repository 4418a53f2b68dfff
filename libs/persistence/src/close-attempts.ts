import { isFinal, type AttemptOutcome, type TaskId } from '@drydock/domain';
import type { PatchStat, StoredArtifact, TaskFailure, VerifyOutcome } from '@drydock/engine';
import type { Queries } from './database.ts';
import type { Closing } from './decide-closing.ts';
import { releaseDeliveries } from './deliveries/release-deliveries.ts';
import { dropSecrets } from './drop-secrets.ts';
import { jsonb } from './jsonb.ts';
import { mayBecome } from './status-guard.ts';

/** What a finished attempt leaves behind; a lost one leaves nothing. */
export interface AttemptResult {
  readonly resultTree: string | null;
  readonly diffstat: PatchStat | null;
  readonly verify: readonly VerifyOutcome[];
  readonly artifacts: readonly StoredArtifact[];
  readonly agentSeconds: number;
}

export interface ClosedAttempt {
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly error: TaskFailure | null;
  readonly closing: Closing;
  readonly result: AttemptResult | null;
}

// The result goes onto the task only with its end: a requeued task has none yet.
const TEXT = `
WITH ended AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS e("taskId" text, "attempt" int, "attemptOutcome" text,
    "attemptError" jsonb, "status" text, "final" boolean, "outcome" text, "error" jsonb, "delayMs" float8, "event" text,
    "payload" jsonb, "agentSeconds" float8, "resultTree" text, "diffstat" jsonb, "verify" jsonb)
), task AS (
  UPDATE "Task" t SET "status" = e."status", "outcome" = e."outcome", "error" = e."error", "phase" = NULL,
    "finishedAt" = CASE WHEN e."final" THEN clock_timestamp() END,
    "notBefore" = CASE WHEN e."delayMs" > 0 THEN now() + e."delayMs" * interval '1 millisecond' ELSE t."notBefore" END,
    "heldUntil" = CASE WHEN e."delayMs" > 0 THEN now() + e."delayMs" * interval '1 millisecond' END,
    "agentSeconds" = t."agentSeconds" + e."agentSeconds", "lastSeq" = t."lastSeq" + 1,
    "resultTree" = CASE WHEN e."final" THEN e."resultTree" END, "diffstat" = CASE WHEN e."final" THEN e."diffstat" END,
    "verify" = CASE WHEN e."final" THEN e."verify" ELSE '[]' END
  FROM ended e WHERE t."id" = e."taskId" AND ${mayBecome('failed')} AND t."currentAttempt" = e."attempt"
  RETURNING t."id", t."teamId", t."lastSeq", e."attempt", e."final", e."event", e."payload", e."attemptOutcome",
    e."attemptError"
), attempt AS (
  UPDATE "Attempt" a SET "finishedAt" = clock_timestamp(), "outcome" = task."attemptOutcome",
    "error" = task."attemptError"
  FROM task WHERE a."taskId" = task."id" AND a."number" = task."attempt"
), event AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT "id", "lastSeq", "attempt", "event", clock_timestamp(), "teamId", "payload" FROM task
), artifact AS (
  INSERT INTO "Artifact" ("taskId", "attempt", "name", "teamId", "bytes", "sha256", "contentType")
  SELECT task."id", task."attempt", r."name", task."teamId", r."bytes", r."sha256", r."contentType"
  FROM jsonb_to_recordset($2::jsonb) AS r("taskId" text, "name" text, "bytes" bigint, "sha256" text, "contentType" text)
  JOIN task ON task."id" = r."taskId"
), secret AS (
  ${dropSecrets('SELECT "id" FROM task WHERE "final"')}
), delivery AS (
  ${releaseDeliveries('SELECT "id" FROM task WHERE "final"')}
)
SELECT count(*)::int AS "closed" FROM task`;

const rowOf = ({ taskId, attempt, outcome, error, closing, result }: ClosedAttempt) => ({
  taskId,
  attempt,
  attemptOutcome: outcome,
  attemptError: error,
  status: closing.status,
  final: isFinal(closing.status),
  outcome: closing.outcome,
  error: closing.error,
  delayMs: closing.delayMs,
  event: closing.event,
  payload: closing.payload,
  agentSeconds: result?.agentSeconds ?? 0,
  resultTree: result?.resultTree ?? null,
  diffstat: result?.diffstat ?? null,
  verify: result?.verify ?? [],
});

/** Ends attempts whose rows the caller's transaction has locked, and settles their tasks. Returns how many. */
export const closeAttempts = async (tx: Queries, closed: readonly ClosedAttempt[]): Promise<number> => {
  const artifacts = closed.flatMap(({ taskId, result }) =>
    (result?.artifacts ?? []).map((artifact) => ({ ...artifact, taskId })),
  );
  const [row] = await tx.rows<{ closed: number }>({
    name: 'close-attempts',
    text: TEXT,
    values: [jsonb(closed.map(rowOf)), jsonb(artifacts)],
  });
  return row?.closed ?? 0;
};
