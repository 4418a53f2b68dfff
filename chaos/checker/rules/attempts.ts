import { isFinal } from '@drydock/domain';
import type { AttemptEvidence, Evidence, TaskEvidence, Violation } from '../evidence.ts';
import { byTask } from '../rows.ts';

const RULE = 'attempts';

const problemsOf = (task: TaskEvidence, rows: readonly AttemptEvidence[]): string[] => {
  const attempts = [...rows].sort((a, b) => a.number - b.number);
  const problems: string[] = [];
  const numbers = attempts.map(({ number }) => number);
  if (numbers.some((number, index) => number !== index + 1))
    problems.push(`its attempts are numbered ${numbers.join(', ')}`);
  if (task.currentAttempt !== (numbers.at(-1) ?? 0))
    problems.push(`names ${String(task.currentAttempt)} as its current attempt of ${String(numbers.length)}`);
  attempts.forEach((attempt, index) => {
    const { number, startedAt, finishedAt, outcome } = attempt;
    const name = `attempt ${String(number)}`;
    if ((finishedAt === null) !== (outcome === null))
      problems.push(`${name} has an end or an outcome, not both`);
    if (finishedAt !== null && finishedAt < startedAt) problems.push(`${name} ended before it began`);
    if (finishedAt === null && isFinal(task.status)) problems.push(`${name} is live, and the task is final`);
    const next = attempts[index + 1];
    if (next !== undefined && next.startedAt < (finishedAt ?? Infinity))
      problems.push(`${name} was live when attempt ${String(next.number)} began`);
  });
  return problems;
};

/** The attempts of a task are numbered from 1, follow each other, and never two of them live. */
export const attemptsRule = ({ database }: Evidence): Violation[] => {
  const attempts = byTask(database.attempts);
  const known = new Set(database.tasks.map(({ id }) => id));
  return [
    ...database.tasks.flatMap((task) =>
      problemsOf(task, attempts.of(task.id)).map((message) => ({ rule: RULE, taskId: task.id, message })),
    ),
    ...database.attempts
      .filter(({ taskId }) => !known.has(taskId))
      .map(({ taskId }) => ({ rule: RULE, taskId, message: 'has an attempt and is not there' })),
  ];
};
