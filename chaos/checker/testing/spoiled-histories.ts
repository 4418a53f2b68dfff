import {
  CHANGED,
  eventsOf,
  idOf,
  insertEvent,
  removeFrom,
  renumber,
  type Spoiling,
  taskAt,
} from './spoiling.ts';
import { TASK } from './task-plans.ts';

/** Of histories and their times. */
export const SPOILED_HISTORIES: readonly Spoiling[] = [
  {
    name: 'an event is missing',
    rules: ['history'],
    spoil: ({ database }) => {
      removeFrom(
        database.events,
        (row) => row.taskId === CHANGED && row.type === 'model.call' && row.seq === 4,
      );
    },
  },
  {
    name: 'the last event was not counted',
    rules: ['history'],
    spoil: (evidence) => void (taskAt(evidence, TASK.changed).lastSeq -= 1),
  },
  {
    name: 'a task ended twice',
    rules: ['history', 'attempt-writes'],
    spoil: (evidence) => {
      const end = eventsOf(evidence, CHANGED, 'task.finished')[0]!;
      insertEvent(evidence, end, { payload: end.payload });
    },
  },
  {
    name: 'a history ends otherwise than its row',
    rules: ['history'],
    spoil: (evidence) =>
      void (eventsOf(evidence, CHANGED, 'task.finished')[0]!.payload = {
        status: 'succeeded',
        outcome: 'no_changes',
      }),
  },
  {
    name: 'a queued task ended without a cancel',
    rules: ['history'],
    spoil: (evidence) => {
      const id = idOf(TASK.queuedCancel);
      removeFrom(
        evidence.database.events,
        (row) => row.taskId === id && row.type === 'task.cancel_requested',
      );
      renumber(evidence, id);
    },
  },
  {
    name: 'a task was claimed twice in a row',
    rules: ['history'],
    spoil: (evidence) => {
      insertEvent(evidence, eventsOf(evidence, CHANGED, 'task.claimed')[0]!, {});
    },
  },
  {
    name: 'a history has no task',
    rules: ['history', 'attempt-writes'],
    spoil: ({ database }) => {
      const claim = database.events.find(({ type }) => type === 'phase.started')!;
      database.events.push({ ...claim, taskId: `task_${'9'.repeat(26)}` });
    },
  },
  {
    name: 'an event is of another day',
    rules: ['event-times'],
    spoil: (evidence) => void (eventsOf(evidence, CHANGED, 'model.call')[0]!.at += 86_400_000),
  },
  {
    name: 'the time of the database went backwards',
    rules: ['event-times'],
    spoil: (evidence) => void (eventsOf(evidence, CHANGED, 'task.finished')[0]!.at -= 60_000),
  },
];
