import type { Evidence, Violation } from '../evidence.ts';
import { submissionIdOf, submissionsById } from '../rows.ts';

const RULE = 'idempotency-keys';

/** The key of every task that was submitted with one leads to that task; no key leads nowhere. */
export const idempotencyKeysRule = (evidence: Evidence): Violation[] => {
  const { tasks, keys } = evidence.database;
  const submissions = submissionsById(evidence);
  const violations: Violation[] = [];
  for (const { id, teamId, labels } of tasks) {
    const key = submissions.get(submissionIdOf({ labels }) ?? '')?.key ?? null;
    if (key === null) continue;
    const row = keys.find((each) => each.teamId === teamId && each.key === key);
    if (row?.taskId === id) continue;
    const found = row === undefined ? 'is not kept' : `leads to ${row.taskId}`;
    violations.push({ rule: RULE, taskId: id, message: `its key ${key} ${found}` });
  }
  const known = new Set(tasks.map((task) => task.id));
  for (const { key, taskId } of keys)
    if (!known.has(taskId))
      violations.push({ rule: RULE, taskId, message: `the key ${key} leads to a task that is not there` });
  return violations;
};
