import type { Evidence, Violation } from '../evidence.ts';
import { submissionIdOf, submissionsById } from '../rows.ts';

const RULE = 'submissions';

const strangers = (evidence: Evidence): Violation[] => {
  const submissions = submissionsById(evidence);
  return evidence.database.tasks.flatMap((task) => {
    const submission = submissions.get(submissionIdOf(task) ?? '');
    if (submission === undefined)
      return [{ rule: RULE, taskId: task.id, message: 'nobody submitted this task' }];
    if (submission.teamId === task.teamId) return [];
    return [{ rule: RULE, taskId: task.id, message: `belongs to ${task.teamId}, not to its submitter` }];
  });
};

const lostTasks = ({ accepted, database }: Evidence): Violation[] => {
  const tasks = new Map(database.tasks.map((task) => [task.id, task]));
  return accepted.flatMap(({ taskId, submissionId }) => {
    const task = tasks.get(taskId);
    if (task === undefined)
      return [{ rule: RULE, taskId, message: `was accepted (submission ${submissionId}) and is gone` }];
    if (submissionIdOf(task) === submissionId) return [];
    return [
      { rule: RULE, taskId, message: `was the answer to submission ${submissionId}, which is not its` },
    ];
  });
};

const twins = ({ database }: Evidence): Violation[] =>
  [...Map.groupBy(database.tasks, submissionIdOf)].flatMap(([id, tasks]) =>
    id === null || tasks.length <= 1
      ? []
      : [
          {
            rule: RULE,
            taskId: tasks[0]?.id ?? null,
            message: `submission ${id} became ${String(tasks.length)} tasks: ${tasks.map((task) => task.id).join(', ')}`,
          },
        ],
  );

/** Every 202 has its task, every submission has one at most, and there is no task besides. */
export const submissionsRule = (evidence: Evidence): Violation[] => [
  ...strangers(evidence),
  ...lostTasks(evidence),
  ...twins(evidence),
];
