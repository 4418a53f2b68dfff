import type { AttemptEvidence, Evidence, Submission, TaskEvidence } from './evidence.ts';
import { SUBMISSION_LABEL } from './evidence.ts';

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

export const submissionIdOf = ({ labels }: Pick<TaskEvidence, 'labels'>): string | null =>
  labels[SUBMISSION_LABEL] ?? null;

/** The attempt opened last, or null when the task was never claimed. */
export const currentAttemptOf = (
  task: TaskEvidence,
  attempts: readonly AttemptEvidence[],
): AttemptEvidence | null => attempts.find(({ number }) => number === task.currentAttempt) ?? null;
