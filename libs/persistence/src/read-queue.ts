import type { QueueView } from '@drydock/contracts';
import type { z } from 'zod';
import type { Database } from './database.ts';
import { countEligibleStatement } from './session-statements.ts';

type Queue = z.infer<typeof QueueView>;
type QueueRow = Omit<Queue, 'eligible'>;

const MOST = 2_147_483_647;

const READ = `
WITH team AS (
  SELECT t."id" AS "teamId", t."name", t."createdAt",
    (SELECT count(*)::int FROM "Task" q WHERE q."teamId" = t."id" AND q."status" = 'queued') AS "queued",
    (SELECT count(*)::int FROM "Task" r WHERE r."teamId" = t."id" AND r."status" = 'running') AS "running"
  FROM "Team" t
)
SELECT coalesce(sum("queued"), 0)::int AS "queued", coalesce(sum("running"), 0)::int AS "running",
  (SELECT extract(epoch FROM now() - min(q."createdAt"))::float8 FROM "Task" q WHERE q."status" = 'queued')
    AS "oldestQueuedSeconds",
  coalesce(json_agg(json_build_object('teamId', "teamId", 'name', "name", 'queued', "queued", 'running', "running")
    ORDER BY "createdAt", "teamId"), '[]') AS "teams"
FROM team`;

/** Backlog of all teams. The two counts are a moment apart: a view for people and metrics, not a ground for decisions. */
export const readQueue = async (database: Database): Promise<Queue> => {
  const [[eligible], [queue]] = await Promise.all([
    database.batch<{ count: number }>(countEligibleStatement(MOST)),
    database.rows<QueueRow>({ text: READ }),
  ]);
  const nothing: QueueRow = { queued: 0, running: 0, oldestQueuedSeconds: null, teams: [] };
  return { ...(queue ?? nothing), eligible: eligible?.count ?? 0 };
};
