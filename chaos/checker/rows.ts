import type { AttemptEvidence, DeliveryEvidence, Evidence, Submission, TaskEvidence } from './evidence.ts';
import { SUBMISSION_LABEL } from './evidence.ts';

/** What the names of all branches begin with that Drydock makes. */
export const OUR_BRANCHES = 'drydock/';

/** Items by the task they belong to; `of` gives an empty list for a task without any. */
export const byTask = <T extends { readonly taskId: string }>(
  items: readonly T[],
): { readonly of: (taskId: string) => readonly T[] } => {
  const groups = Map.groupBy(items, ({ taskId }) => taskId);
  return { of: (taskId) => groups.get(taskId) ?? [] };
};

/** Of each submission, by its id. */
export const submissionsById = ({ submissions }: Evidence): ReadonlyMap<string, Submission> =>
  new Map(submissions.map((submission) => [submission.id, submission]));

/** An issue or a pull request, of all repositories. */
export const threadId = (repository: string, number: number | string): string =>
  `${repository}#${String(number)}`;

/** A task from the code host says by its labels where it comes from. */
export const submissionIdOf = ({ labels }: Pick<TaskEvidence, 'labels'>): string | null => {
  const { 'github.repository': repository, 'github.number': number } = labels;
  const thread = repository === undefined || number === undefined ? null : threadId(repository, number);
  return labels[SUBMISSION_LABEL] ?? thread;
};

/** Tasks with their submissions, as far as they have one. */
export const wishesOf = (evidence: Evidence): readonly { task: TaskEvidence; submission: Submission }[] => {
  const submissions = submissionsById(evidence);
  return evidence.database.tasks.flatMap((task) => {
    const submission = submissions.get(submissionIdOf(task) ?? '');
    return submission === undefined ? [] : [{ task, submission }];
  });
};

/** Deliveries that say they are done, with their task; in such a case the code host must show it. */
export const deliveredOf = ({
  database: { deliveries, tasks },
}: Evidence): readonly { task: TaskEvidence; delivery: DeliveryEvidence; branch: string }[] => {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const done = deliveries.filter(({ state }) => state === 'succeeded');
  return [...new Map(done.map((delivery) => [delivery.taskId, delivery])).values()].flatMap((delivery) => {
    const task = byId.get(delivery.taskId);
    return task === undefined ? [] : [{ task, delivery, branch: `${OUR_BRANCHES}${task.id}` }];
  });
};

/** The attempt opened last, or null when the task was never claimed. */
export const currentAttemptOf = (
  task: TaskEvidence,
  attempts: readonly AttemptEvidence[],
): AttemptEvidence | null => attempts.find(({ number }) => number === task.currentAttempt) ?? null;
