import { attemptOf, idOf, removeFrom, type Spoiling, taskAt, TRIED } from './spoiling.ts';
import { TASK } from './task-plans.ts';

/** Of how tasks and attempts end. */
export const SPOILED_ENDS: readonly Spoiling[] = [
  {
    name: 'a task is still queued',
    rules: ['final-states'],
    spoil: (evidence) => {
      const task = taskAt(evidence, TASK.queuedCancel);
      Object.assign(task, { status: 'queued', outcome: null, finishedAt: null, cancelRequested: false });
      removeFrom(evidence.database.events, (row) => row.taskId === task.id && row.seq > 1);
      task.lastSeq = 1;
    },
  },
  {
    name: 'a status does not go with its outcome',
    rules: ['final-states', 'history'],
    spoil: (evidence) => void (taskAt(evidence, TASK.failed).status = 'succeeded'),
  },
  {
    name: 'a task ended as nothing explains',
    rules: ['final-states', 'explained-ends'],
    spoil: ({ submissions }) => void (submissions[TASK.failed]!.expected = ['changed']),
  },
  {
    name: 'a task was given up too early',
    rules: ['final-states'],
    spoil: (evidence) => {
      attemptOf(evidence, idOf(TASK.givenUp), 1).outcome = 'handed_back';
      for (const fault of evidence.faults) fault.mayEnd = ['lost', 'handed_back', 'infrastructure'];
    },
  },
  {
    name: 'attempts were lost without a fault',
    rules: ['explained-ends'],
    spoil: ({ faults }) => void faults.splice(0),
  },
  {
    name: 'a fault came only after the loss',
    rules: ['explained-ends'],
    spoil: (evidence) => {
      const { finishedAt } = attemptOf(evidence, TRIED, 1);
      const fault = evidence.faults.find(({ id }) => id.includes(TRIED))!;
      fault.startedAt = fault.endedAt = finishedAt! + 1;
    },
  },
  {
    name: 'a fault had long been over before the loss',
    rules: ['explained-ends'],
    spoil: (evidence) => {
      const { startedAt } = attemptOf(evidence, TRIED, 1);
      const fault = evidence.faults.find(({ id }) => id.includes(TRIED))!;
      fault.startedAt = fault.endedAt = startedAt - 60_000;
    },
  },
  {
    name: 'a fault hit another worker',
    rules: ['explained-ends'],
    spoil: ({ faults }) => void (faults.find(({ id }) => id.includes(TRIED))!.target = 'worker-9'),
  },
  {
    name: 'a fault does not do what happened',
    rules: ['explained-ends'],
    spoil: ({ faults }) => void (faults.find(({ id }) => id.includes(TRIED))!.mayEnd = ['handed_back']),
  },
];
