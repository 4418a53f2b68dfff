import type { Evidence, InboundEvidence, Violation } from '../evidence.ts';
import { submissionIdOf } from '../rows.ts';

const RULE = 'triggers';

/** A webhook that was taken is kept once, however often it came. */
const keptProblems = ({ triggered, database }: Evidence): Violation[] => {
  const rows = Map.groupBy(database.inbound, ({ thread }) => thread);
  const taken = new Set(triggered.map(({ submissionId }) => submissionId));
  return [...new Set([...taken, ...rows.keys()])].flatMap((thread) => {
    const count = rows.get(thread)?.length ?? 0;
    if (count === 1) return [];
    return [{ rule: RULE, taskId: null, message: `the trigger of ${thread} is kept ${String(count)} times` }];
  });
};

const endProblem = (
  { state, reason, taskId }: InboundEvidence,
  threadOfTask: string | null | undefined,
  thread: string,
): string | null => {
  if (state !== 'accepted') return `ended as ${state} (${reason ?? 'no reason'})`;
  if (taskId === null) return 'led to no task';
  return threadOfTask === thread ? null : `led to ${taskId}, which is not its task`;
};

/** Every trigger that was taken has led to one task, its own. That there is no second one, `submissions` looks after. */
export const triggersRule = (evidence: Evidence): Violation[] => {
  const threads = new Map(evidence.database.tasks.map((task) => [task.id, submissionIdOf(task)]));
  return [
    ...keptProblems(evidence),
    ...evidence.database.inbound.flatMap((row) => {
      const { id, thread, taskId } = row;
      const problem = endProblem(row, threads.get(taskId ?? ''), thread);
      if (problem === null) return [];
      return [{ rule: RULE, taskId, message: `the trigger of ${thread} (${id}) ${problem}` }];
    }),
  ];
};
