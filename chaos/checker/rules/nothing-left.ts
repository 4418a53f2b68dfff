import type { Evidence, Violation } from '../evidence.ts';

const TASK_ID = /task_[0-9a-z]{26}/;

/** Nothing that tasks needed on the host outlives them. */
export const nothingLeftRule = ({ leftovers }: Evidence): Violation[] =>
  leftovers.map(({ kind, name }) => ({
    rule: 'nothing-left',
    taskId: TASK_ID.exec(name)?.[0] ?? null,
    message: `a ${kind} was left behind: ${name}`,
  }));
