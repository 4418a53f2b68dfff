import { addTwin, CHANGED, of, removeFrom, type Spoiling, taskAt, TRIED } from './spoiling.ts';
import { TASK } from './task-plans.ts';

/** Of submissions, tasks and keys. */
export const SPOILED_ACCEPTANCE: readonly Spoiling[] = [
  {
    name: 'an accepted task is gone',
    rules: ['submissions'],
    spoil: ({ accepted }) =>
      void accepted.push({ submissionId: 's-0', taskId: `task_${'9'.repeat(26)}`, answeredAt: 1 }),
  },
  {
    name: 'a task was submitted by nobody',
    rules: ['submissions'],
    spoil: (evidence) => void (taskAt(evidence, TASK.failed).labels = {}),
  },
  {
    name: 'a 202 names the task of somebody else',
    rules: ['submissions'],
    spoil: ({ accepted }) => void (accepted[0]!.taskId = TRIED),
  },
  {
    name: 'a task belongs to another team',
    rules: ['submissions'],
    spoil: (evidence) => void (taskAt(evidence, TASK.noChanges).teamId = 'team_b'),
  },
  {
    name: 'what was sent once, without a key, became two tasks',
    rules: ['submissions'],
    spoil: (evidence) => {
      addTwin(evidence, TASK.noChanges);
    },
  },
  {
    name: 'one key led to two tasks',
    rules: ['submissions', 'idempotency-keys'],
    spoil: (evidence) => {
      addTwin(evidence, TASK.changed);
    },
  },
  {
    name: 'a key was not kept',
    rules: ['idempotency-keys'],
    spoil: ({ database }) => {
      removeFrom(database.keys, of(CHANGED));
    },
  },
  {
    name: 'a key leads to no task',
    rules: ['idempotency-keys'],
    spoil: ({ database }) =>
      void database.keys.push({ teamId: 'team_a', key: 'k', taskId: `task_${'9'.repeat(26)}` }),
  },
];
