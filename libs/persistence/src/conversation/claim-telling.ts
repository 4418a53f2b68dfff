import type { SessionId, TaskId } from '@drydock/domain';
import type { ClaimedTelling } from '@drydock/engine';
import type { QueryConfig } from 'pg';
import { TASK_COLUMNS, type TaskRow } from '../task-row.ts';

/** One row always. `attempt` null: nothing is due. */
export type TellingRow = { readonly live: boolean } & (
  | { readonly attempt: null }
  | (TaskRow &
      Pick<ClaimedTelling, 'seq' | 'stickyId' | 'shown' | 'failures' | 'repository' | 'origin'> & {
        readonly attempt: number;
      })
);

/** Nobody has it, or somebody who lives no more, or this session without knowing. Parameters: session, held ids. */
const IS_FREE = `(l."sessionId" IS NULL OR (l."sessionId" = $1 AND l."taskId" <> ALL ($2::text[])) OR NOT EXISTS (
    SELECT 1 FROM "WorkerSession" s
    WHERE s."id" = l."sessionId" AND s."endedAt" IS NULL AND s."leaseUntil" > clock_timestamp()))`;

const DUE = `NOT l."isTold" AND (l."notBefore" IS NULL OR l."notBefore" <= statement_timestamp())
    AND l."toldSeq" < t."lastSeq" AND ${IS_FREE}`;

const ORIGIN = `json_build_object('repositoryId', taken."repositoryId", 'number', taken."number",
    'isPullRequest', taken."isPullRequest", 'sender', taken."sender", 'trigger', taken."trigger",
    'commentId', taken."commentId")`;

// Locking checks the conditions anew: what another session has just taken drops out.
const CLAIM = `
WITH session AS MATERIALIZED (
  SELECT "id" FROM "WorkerSession" WHERE "id" = $1 AND "endedAt" IS NULL AND "leaseUntil" > clock_timestamp()
), picked AS MATERIALIZED (
  SELECT l."taskId" FROM session CROSS JOIN "TriggerLink" l JOIN "Task" t ON t."id" = l."taskId" WHERE ${DUE}
  ORDER BY l."notBefore" NULLS FIRST, l."createdAt" LIMIT 1 FOR UPDATE OF l SKIP LOCKED
), taken AS (
  UPDATE "TriggerLink" l SET "attempts" = l."attempts" + 1, "sessionId" = $1
  FROM picked WHERE l."taskId" = picked."taskId" RETURNING l.*
)
SELECT EXISTS (SELECT 1 FROM session) AS "live", taken."attempts" AS "attempt", taken."postponed" AS "failures",
  taken."stickyId"::float8 AS "stickyId", taken."shown", t."lastSeq" AS "seq", ${ORIGIN} AS "origin",
  json_build_object('owner', r."owner", 'name', r."name") AS "repository", ${TASK_COLUMNS}
FROM (VALUES (1)) always LEFT JOIN taken ON true LEFT JOIN "Task" t ON t."id" = taken."taskId"
  LEFT JOIN "Repository" r ON r."id" = taken."repositoryId"`;

const COUNT = `SELECT count(*)::int AS "count" FROM (
  SELECT 1 FROM "TriggerLink" l JOIN "Task" t ON t."id" = l."taskId" WHERE ${DUE} LIMIT $3) due`;

export const claimTelling = (session: SessionId, held: readonly TaskId[]): QueryConfig => ({
  name: 'claim-telling',
  text: CLAIM,
  values: [session, held],
});

export const countDueTellings = (
  session: SessionId,
  held: readonly TaskId[],
  atMost: number,
): QueryConfig => ({ name: 'count-due-tellings', text: COUNT, values: [session, held, atMost] });
