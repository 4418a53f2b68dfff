import type { Evidence, ExpectedPatch, Violation } from '../evidence.ts';
import { patchProblem } from '../parse-patch.ts';
import { submissionIdOf, submissionsById } from '../rows.ts';

const RULE = 'patches';

const isExpected = (patch: string, expected: ExpectedPatch): boolean =>
  'exact' in expected ? patch === expected.exact : new RegExp(expected.pattern).test(patch);

/** Every patch parses; that of a task that ended as `changed` says what this task, and no other, was to change. */
export const patchesRule = (evidence: Evidence): Violation[] => {
  const submissions = submissionsById(evidence);
  const { tasks, artifacts } = evidence.database;
  const files = new Map(evidence.files.map((file) => [file.path, file.patch]));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return artifacts.flatMap(({ taskId, attempt, name }) => {
    const patch = files.get(`tasks/${taskId}/attempts/${String(attempt)}/${name}`) ?? null;
    const task = byId.get(taskId);
    if (patch === null || task === undefined) return [];
    const cannotParse = patchProblem(patch);
    if (cannotParse !== null)
      return [{ rule: RULE, taskId, message: `its patch does not parse: ${cannotParse}` }];
    const expected = submissions.get(submissionIdOf(task) ?? '')?.expectPatch ?? null;
    if (expected === null || task.outcome !== 'changed' || attempt !== task.currentAttempt) return [];
    return isExpected(patch, expected)
      ? []
      : [{ rule: RULE, taskId, message: `its patch is not what it should be: ${patch.slice(0, 500)}` }];
  });
};
