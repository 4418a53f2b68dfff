import type { WorkerView } from '@drydock/contracts';
import type { z } from 'zod';
import type { Queries } from './database.ts';

type Worker = z.infer<typeof WorkerView>;
type WorkerRow = Omit<Worker, 'startedAt' | 'heartbeatAt' | 'running'> & {
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly running: Worker['running'];
};

const READ = `SELECT s."workerId" AS "id", s."id" AS "sessionId", s."host", s."version", s."startedAt", s."heartbeatAt",
  s."endedAt" IS NULL AND s."leaseUntil" > clock_timestamp() AS "live", s."draining", s."concurrency",
  (SELECT coalesce(json_agg(json_build_object('taskId', a."taskId", 'attempt', a."number", 'phase', t."phase",
      'startedAt', a."startedAt") ORDER BY a."startedAt"), '[]')
    FROM "Attempt" a JOIN "Task" t ON t."id" = a."taskId"
    WHERE a."sessionId" = s."id" AND a."finishedAt" IS NULL) AS "running"
  FROM "WorkerSession" s WHERE s."leaseUntil" > now() - interval '10 minutes'
  ORDER BY s."startedAt", s."id"`;

/** The fleet: every session whose lease lives or ended within the last ten minutes. */
export const readWorkers = async (queries: Queries): Promise<Worker[]> => {
  const rows = await queries.rows<WorkerRow>({ text: READ });
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    heartbeatAt: row.heartbeatAt.toISOString(),
    running: row.running.map((task) => ({ ...task, startedAt: new Date(task.startedAt).toISOString() })),
  }));
};
