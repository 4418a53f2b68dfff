import { CHANGED, type Spoiling, taskAt } from './spoiling.ts';
import { TASK } from './task-plans.ts';

/** Of usage, secrets, sessions and the host. */
export const SPOILED_BOOKS: readonly Spoiling[] = [
  {
    name: 'a model call was not added up',
    rules: ['usage'],
    spoil: (evidence) => void (taskAt(evidence, TASK.changed).usage.inputTokens -= 10),
  },
  {
    name: 'a model call was counted twice',
    rules: ['usage'],
    spoil: ({ database }) => {
      const [first] = database.modelCalls;
      database.modelCalls.push({ ...first! });
    },
  },
  {
    name: 'the cost is known of a call without a price',
    rules: ['usage'],
    spoil: ({ database }) => void (database.modelCalls[0]!.costUsd = null),
  },
  {
    name: 'the secret of a final task was kept',
    rules: ['closed-books'],
    spoil: ({ database }) => void database.secrets.push({ taskId: CHANGED, purpose: 'source_token' }),
  },
  {
    name: 'a session lives on without its worker',
    rules: ['closed-books'],
    spoil: ({ database }) =>
      void Object.assign(database.sessions[0]!, { leaseUntil: database.readAt + 1, endedAt: null }),
  },
  {
    name: 'a container was left behind',
    rules: ['nothing-left'],
    spoil: ({ leftovers }) => void leftovers.push({ kind: 'container', name: `/drydock-${CHANGED}-1-agent` }),
  },
];
