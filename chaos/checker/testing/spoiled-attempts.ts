import { attemptOf, CHANGED, eventsOf, insertEvent, removeFrom, type Spoiling, TRIED } from './spoiling.ts';

/** Of attempts and what they wrote. */
export const SPOILED_ATTEMPTS: readonly Spoiling[] = [
  {
    name: 'two attempts were live at once',
    rules: ['attempts'],
    spoil: (evidence) =>
      void (attemptOf(evidence, TRIED, 1).finishedAt = attemptOf(evidence, TRIED, 2).startedAt + 1),
  },
  {
    name: 'an attempt of a final task is live',
    rules: ['attempts', 'artifacts'],
    spoil: (evidence) => {
      Object.assign(attemptOf(evidence, CHANGED, 1), { finishedAt: null, outcome: null });
    },
  },
  {
    name: 'an attempt is missing',
    rules: ['attempts'],
    spoil: ({ database }) => {
      removeFrom(database.attempts, (row) => row.taskId === TRIED && row.number === 2);
    },
  },
  {
    name: 'an attempt has no task',
    rules: ['attempts'],
    spoil: (evidence) => {
      const lost = attemptOf(evidence, TRIED, 1);
      evidence.database.attempts.push({ ...lost, taskId: `task_${'9'.repeat(26)}` });
    },
  },
  {
    name: 'an attempt wrote after the next one was claimed',
    rules: ['attempt-writes', 'event-times'],
    spoil: (evidence) => {
      const claim = eventsOf(evidence, TRIED, 'task.claimed')[1]!;
      insertEvent(evidence, claim, { type: 'log', attempt: 1 });
    },
  },
  {
    name: 'an attempt wrote after it had ended',
    rules: ['attempt-writes', 'history'],
    spoil: (evidence) => {
      insertEvent(evidence, eventsOf(evidence, TRIED, 'task.released')[0]!, { type: 'log' });
    },
  },
  {
    name: 'an end was told of another attempt than the live one',
    rules: ['attempt-writes'],
    spoil: (evidence) => void (eventsOf(evidence, TRIED, 'task.finished')[0]!.attempt = 1),
  },
];
