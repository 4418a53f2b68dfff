import type { TaskId, TeamId } from '@drydock/domain';
import type { Queries } from './database.ts';
import { releaseDeliveries } from './deliveries/release-deliveries.ts';
import { dropSecrets } from './drop-secrets.ts';
import { jsonb } from './jsonb.ts';

// One guarded update: a claim or a finish that holds the row is waited for, and the conditions are then checked anew on
// what it left behind, so exactly one of the two wins.
const TEXT = `
WITH stopped AS (
  UPDATE "Task" t SET
    "cancelRequested" = true,
    "status" = CASE t."status" WHEN 'queued' THEN 'cancelled' ELSE t."status" END,
    "outcome" = CASE t."status" WHEN 'queued' THEN 'cancelled' END,
    "finishedAt" = CASE t."status" WHEN 'queued' THEN clock_timestamp() END,
    "lastSeq" = t."lastSeq" + CASE t."status" WHEN 'queued' THEN 2 ELSE 1 END
  WHERE t."id" = $1 AND t."teamId" = $2
    AND (t."status" = 'queued' OR (t."status" = 'running' AND NOT t."cancelRequested"))
  RETURNING t."id", t."teamId", t."lastSeq", t."status" = 'cancelled' AS "final",
    CASE t."status" WHEN 'running' THEN t."currentAttempt" END AS "attempt"
), events AS (
  INSERT INTO "TaskEvent" ("taskId", "seq", "attempt", "type", "at", "teamId", "payload")
  SELECT "id", "lastSeq" - "final"::int, "attempt", 'task.cancel_requested', clock_timestamp(), "teamId", '{}'::jsonb
    FROM stopped
  UNION ALL
  SELECT "id", "lastSeq", "attempt", 'task.finished', clock_timestamp(), "teamId", $3::jsonb FROM stopped WHERE "final"
), secrets AS (
  ${dropSecrets('SELECT "id" FROM stopped WHERE "final"')}
), deliveries AS (
  ${releaseDeliveries('SELECT "id" FROM stopped WHERE "final"')}
)
SELECT coalesce(bool_or("final"), false) AS "ended" FROM stopped`;

const FINISHED = jsonb({ status: 'cancelled', outcome: 'cancelled', error: null });

/** Ends a queued task, flags a running one once, leaves a final one alone. Returns whether it ended the task. */
export const cancelTask = async (queries: Queries, teamId: TeamId, id: TaskId): Promise<boolean> => {
  const [row] = await queries.rows<{ ended: boolean }>({
    name: 'cancel',
    text: TEXT,
    values: [id, teamId, FINISHED],
  });
  return row?.ended === true;
};
