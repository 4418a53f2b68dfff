import { AppError, type TeamId } from '@drydock/domain';
import type { Queries } from './database.ts';

const LEAST_SECONDS = 1;
const MOST_SECONDS = 60;

interface Backlog {
  /** Tasks that must leave the queue before a new one fits. */
  readonly excess: number;
  /** Since the oldest queued task was submitted, in seconds; null: nothing is queued. */
  readonly oldestSeconds: number | null;
  /** Tasks of the team that ended lately, and the seconds since the first of them did. */
  readonly ended: number;
  readonly overSeconds: number | null;
}

/**
 * Seconds after which a place in the queue may be free: what has to drain, at the rate of the last minute. Where nothing
 * ended within it, as long again as the oldest task has waited, which doubles with every refusal. 1 to 60.
 */
export const secondsUntilRoom = ({ excess, oldestSeconds, ended, overSeconds }: Backlog): number => {
  const perTask = ended > 0 && overSeconds !== null ? overSeconds / ended : null;
  const seconds = perTask === null ? (oldestSeconds ?? MOST_SECONDS) : perTask * excess;
  return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, Math.ceil(seconds)));
};

// Recent ends come from the index of final tasks, of all teams and newest first: bounded, and no index of its own is needed.
const BACKLOG = `
SELECT 1 + count(*)::int - t."maxQueued" AS "excess",
  extract(epoch FROM now() - min(q."createdAt"))::float8 AS "oldestSeconds",
  lately."ended", lately."overSeconds"
FROM "Team" t LEFT JOIN "Task" q ON q."teamId" = t."id" AND q."status" = 'queued'
CROSS JOIN LATERAL (
  SELECT count(*)::int AS "ended", extract(epoch FROM now() - min("finishedAt"))::float8 AS "overSeconds"
  FROM (SELECT "teamId", "finishedAt" FROM "Task"
    WHERE "finishedAt" > now() - interval '1 minute' AND "logsDeletedAt" IS NULL
    ORDER BY "finishedAt" DESC LIMIT 1000) final
  WHERE final."teamId" = t."id"
) lately
WHERE t."id" = $1 GROUP BY t."id", lately."ended", lately."overSeconds"`;

/** The refusal of a submit, with the time after which it is worth trying again. */
export const queueFull = async (queries: Queries, teamId: TeamId): Promise<AppError> => {
  const [backlog] = await queries.rows<Backlog>({ text: BACKLOG, values: [teamId] });
  const nothing: Backlog = { excess: 1, oldestSeconds: null, ended: 0, overSeconds: null };
  const retryAfterSeconds = secondsUntilRoom(backlog ?? nothing);
  return new AppError(
    'queue_full',
    `The team has as many queued tasks as it may have. Try again in ${String(retryAfterSeconds)} s.`,
    { retryAfterSeconds },
  );
};
