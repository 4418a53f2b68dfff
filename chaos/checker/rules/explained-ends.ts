import { isExcused } from '../faults.ts';
import type { Evidence, Violation } from '../evidence.ts';
import { submissionIdOf, submissionsById } from '../rows.ts';

const RULE = 'explained-ends';

/** No attempt ends otherwise than its task should without a fault of that time on its worker. A missing heartbeat shows here. */
export const explainedEndsRule = (evidence: Evidence): Violation[] => {
  const submissions = submissionsById(evidence);
  const expected = new Map(
    evidence.database.tasks.map((task) => [
      task.id,
      submissions.get(submissionIdOf(task) ?? '')?.expected ?? null,
    ]),
  );
  return evidence.database.attempts.flatMap((attempt) => {
    const { taskId, number, workerId, outcome, errorCode } = attempt;
    if (outcome === null || isExcused(evidence.faults, attempt, outcome)) return [];
    // `infrastructure` may be what a task should come to; of one attempt it is never what it should.
    const isOwn = outcome !== 'lost' && outcome !== 'handed_back' && outcome !== 'infrastructure';
    const outcomes = expected.get(taskId) ?? null;
    if (isOwn && (outcomes === null || outcomes.includes(outcome))) return [];
    const message = `attempt ${String(number)} on ${workerId} ended as ${outcome} (${errorCode ?? 'no error'}), and no fault explains it`;
    return [{ rule: RULE, taskId, message }];
  });
};
