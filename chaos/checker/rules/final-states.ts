import { isFinal, statusOf } from '@drydock/domain';
import type { AttemptEvidence, Evidence, Submission, TaskEvidence, Violation } from '../evidence.ts';
import { isExcused } from '../faults.ts';
import { byTask, currentAttemptOf, submissionIdOf, submissionsById } from '../rows.ts';

const RULE = 'final-states';

/** A task is given up only after so many attempts that failed by faults of ours. */
const TRIES = 3;

const oursOf = (attempts: readonly AttemptEvidence[]): number =>
  attempts.filter(({ outcome }) => outcome === 'lost' || outcome === 'infrastructure').length;

const stateProblem = ({ status, outcome, finishedAt, currentAttempt }: TaskEvidence): string | null => {
  if (!isFinal(status)) return `is still ${status}, after ${String(currentAttempt)} attempts`;
  if (outcome === null) return `is ${status} without an outcome`;
  if (statusOf(outcome) !== status) return `is ${status} with the outcome ${outcome}`;
  return finishedAt === null ? 'is final and has no time of its end' : null;
};

const outcomeProblem = (
  task: TaskEvidence,
  attempts: readonly AttemptEvidence[],
  { submission, faults }: { submission: Submission | undefined; faults: Evidence['faults'] },
): string | null => {
  const { outcome, errorCode } = task;
  if (outcome === null) return null;
  if (outcome === 'infrastructure' && oursOf(attempts) < TRIES)
    return `was given up after ${String(oursOf(attempts))} attempts that failed by our faults`;
  // Each of those attempts needs a fault of its own: another rule asks for it.
  if (outcome === 'infrastructure' || submission === undefined || submission.expected.includes(outcome))
    return null;
  const last = currentAttemptOf(task, attempts);
  if (last !== null && isExcused(faults, last, outcome)) return null;
  return `a task of kind ${submission.kind} ended as ${outcome} (${errorCode ?? 'no error'}), and no fault explains it`;
};

/** Every task is in one final state: the one expected, or one that a fault explains. */
export const finalStatesRule = (evidence: Evidence): Violation[] => {
  const { faults, database } = evidence;
  const submissions = submissionsById(evidence);
  const attempts = byTask(database.attempts);
  return database.tasks.flatMap((task) => {
    const submission = submissions.get(submissionIdOf(task) ?? '');
    const message = stateProblem(task) ?? outcomeProblem(task, attempts.of(task.id), { submission, faults });
    return message === null ? [] : [{ rule: RULE, taskId: task.id, message }];
  });
};
