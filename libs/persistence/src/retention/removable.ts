import { isFinal, STATUSES } from '@drydock/domain';

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** Condition on a task `t`: nothing will ever be written to it again. */
export const HAS_ENDED = `t."finishedAt" IS NOT NULL AND t."status" IN (${quoted(STATUSES.filter(isFinal))})`;

/** Condition on a task `t`: an outward effect of it is still due. What is held waits for a person, though not for ever. */
export const HAS_DUE_DELIVERY = `EXISTS (SELECT 1 FROM "Delivery" d WHERE d."taskId" = t."id" AND (d."state" = 'pending'
  OR (d."state" = 'held' AND d."updatedAt" > clock_timestamp() - interval '30 days')))`;

const LIVE_RETRIES = ['queued', 'running', 'waiting_for_input']
  .map((status) => `SELECT "retryOf" FROM "Task" WHERE "status" = '${status}' AND "retryOf" IS NOT NULL`)
  .join(' UNION ALL ');

/** Condition on a task `t`: nobody needs its files for work. The live retries are hashed once, by their partial indexes. */
export const FILES_ARE_FREE = `${HAS_ENDED} AND t."filesDeletedAt" IS NULL AND NOT ${HAS_DUE_DELIVERY}
  AND t."id" NOT IN (${LIVE_RETRIES})`;

/** So long ago by the database's clock; the parameter is in milliseconds. */
export const ago = (parameter: string): string =>
  `clock_timestamp() - ${parameter}::float8 * interval '1 millisecond'`;
