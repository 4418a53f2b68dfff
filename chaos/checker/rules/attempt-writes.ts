import type { Evidence, EventEvidence, Violation } from '../evidence.ts';

const RULE = 'attempt-writes';

const nameOf = (attempt: number | null): string =>
  attempt === null ? 'no attempt' : `attempt ${String(attempt)}`;

/** Each event belongs to the attempt that was claimed last and has not ended: nobody wrote after another one's claim. */
export const attemptWritesRule = ({ database }: Evidence): Violation[] => {
  const open = new Map<string, number | null>();
  const misplaced = ({ taskId, seq, type, attempt }: EventEvidence): Violation[] => {
    if (type === 'task.claimed') {
      open.set(taskId, attempt);
      return [];
    }
    const current = open.get(taskId) ?? null;
    if (type === 'task.released' || type === 'task.finished') open.set(taskId, null);
    if (attempt === current) return [];
    const message = `event ${String(seq)} (${type}) is of ${nameOf(attempt)}, while ${nameOf(current)} was live`;
    return [{ rule: RULE, taskId, message }];
  };
  return database.events.flatMap(misplaced);
};
