import { isFinal } from '@drydock/domain';
import type { Evidence, Violation } from '../evidence.ts';

const RULE = 'closed-books';

/** A delivery that waits or is held back, perhaps for a retry, needs the task's credential still. */
const KEEPS_SECRET: readonly string[] = ['pending', 'held'];

const keptSecrets = ({ database: { tasks, deliveries, secrets } }: Evidence): Violation[] => {
  const live = new Set([
    ...tasks.filter(({ status }) => !isFinal(status)).map(({ id }) => id),
    ...deliveries.filter(({ state }) => KEEPS_SECRET.includes(state)).map(({ taskId }) => taskId),
  ]);
  return secrets
    .filter(({ taskId }) => !live.has(taskId))
    .map(({ taskId, purpose }) => ({ rule: RULE, taskId, message: `its secret (${purpose}) was kept` }));
};

const liveSessions = ({ database: { sessions, readAt } }: Evidence): Violation[] =>
  sessions
    .filter(({ endedAt, leaseUntil }) => endedAt === null && leaseUntil > readAt)
    .map(({ id }) => ({ rule: RULE, taskId: null, message: `the session ${id} lives without its worker` }));

/** Secrets go with the end of their task and of its delivery, sessions with the end of their worker. */
export const closedBooksRule = (evidence: Evidence): Violation[] => [
  ...keptSecrets(evidence),
  ...liveSessions(evidence),
];
