import { isFinal } from '@drydock/domain';
import type { Evidence, Violation } from '../evidence.ts';

const RULE = 'closed-books';

const keptSecrets = ({ database: { tasks, secrets } }: Evidence): Violation[] => {
  const live = new Set(tasks.filter(({ status }) => !isFinal(status)).map(({ id }) => id));
  return secrets
    .filter(({ taskId }) => !live.has(taskId))
    .map(({ taskId, purpose }) => ({ rule: RULE, taskId, message: `its secret (${purpose}) was kept` }));
};

const liveSessions = ({ database: { sessions, readAt } }: Evidence): Violation[] =>
  sessions
    .filter(({ endedAt, leaseUntil }) => endedAt === null && leaseUntil > readAt)
    .map(({ id }) => ({ rule: RULE, taskId: null, message: `the session ${id} lives without its worker` }));

/** Secrets go with the end of their task, sessions with the end of their worker. */
export const closedBooksRule = (evidence: Evidence): Violation[] => [
  ...keptSecrets(evidence),
  ...liveSessions(evidence),
];
