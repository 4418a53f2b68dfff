import { idOf, of, removeFrom, type Spoiled, type Spoiling, taskAt } from './spoiling.ts';
import { TASK } from './task-plans.ts';

const DELIVERED = idOf(TASK.delivered);
const HELD = idOf(TASK.held);
const ASKED = idOf(TASK.triggered);

const deliveryOf = ({ database }: Spoiled, taskId: string) => database.deliveries.find(of(taskId))!;
const branchOf = ({ codeHost }: Spoiled, taskId: string) =>
  codeHost.branches.find(({ name }) => name.endsWith(taskId))!;
const pullOf = ({ codeHost }: Spoiled, taskId: string) =>
  codeHost.pulls.find(({ head }) => head.endsWith(taskId))!;
const inboundOf = ({ database }: Spoiled, taskId: string) =>
  database.inbound.find((row) => row.taskId === taskId)!;
const threadOf = (evidence: Spoiled, taskId: string) =>
  evidence.codeHost.threads.find(({ id }) => id === inboundOf(evidence, taskId).thread)!;

const OF_DELIVERIES: readonly Spoiling[] = [
  {
    name: 'a delivery is still pending',
    rules: ['deliveries'],
    spoil: (evidence) =>
      void Object.assign(deliveryOf(evidence, HELD), { state: 'pending', errorCode: null }),
  },
  {
    name: 'a delivery was given up for a fault that passes',
    rules: ['deliveries'],
    spoil: (evidence) => {
      const delivery = deliveryOf(evidence, HELD);
      Object.assign(delivery, { state: 'failed', errorCode: 'forge_unreachable' });
      removeFrom(evidence.database.secrets, of(HELD));
    },
  },
  {
    name: 'a task has two deliveries',
    rules: ['deliveries'],
    spoil: (evidence) =>
      void evidence.database.deliveries.push({ ...deliveryOf(evidence, DELIVERED), id: 'dlv_2' }),
  },
  {
    name: 'a pull request was asked for and forgotten',
    rules: ['deliveries'],
    spoil: ({ database }) => {
      removeFrom(database.deliveries, of(HELD));
      removeFrom(database.secrets, of(HELD));
    },
  },
  {
    name: 'a delivery was asked for by nobody',
    rules: ['deliveries'],
    spoil: (evidence) => {
      const delivery = { ...deliveryOf(evidence, HELD), id: 'dlv_2', taskId: idOf(TASK.failed) };
      evidence.database.deliveries.push(delivery);
    },
  },
];

const OF_BRANCHES: readonly Spoiling[] = [
  {
    name: 'a branch has a second commit',
    rules: ['branches'],
    spoil: (evidence) => {
      const { commits } = branchOf(evidence, DELIVERED);
      commits.unshift({ ...commits[0]!, sha: 'earlier' });
    },
  },
  {
    name: 'a branch is not on the base of its task',
    rules: ['branches'],
    spoil: (evidence) => void (branchOf(evidence, DELIVERED).commits[0]!.parents = ['other']),
  },
  {
    name: 'a branch has another tree than the patch gives',
    rules: ['branches'],
    spoil: (evidence) => void (branchOf(evidence, DELIVERED).commits[0]!.tree = 'other'),
  },
  {
    name: 'a branch is missing',
    rules: ['branches'],
    spoil: ({ codeHost }) => {
      removeFrom(codeHost.branches, ({ name }) => name.endsWith(DELIVERED));
    },
  },
  {
    name: 'a branch was made of what was held back',
    rules: ['branches'],
    spoil: ({ codeHost }) => void codeHost.branches.push({ name: `drydock/${HELD}`, commits: [] }),
  },
];

const OF_PULL_REQUESTS: readonly Spoiling[] = [
  {
    name: 'a task has two pull requests',
    rules: ['pull-requests'],
    spoil: (evidence) => void evidence.codeHost.pulls.push({ ...pullOf(evidence, DELIVERED), url: 'other' }),
  },
  {
    name: 'a pull request is missing',
    rules: ['pull-requests'],
    spoil: ({ codeHost }) => {
      removeFrom(codeHost.pulls, ({ head }) => head.endsWith(DELIVERED));
    },
  },
  {
    name: 'a pull request is of another commit than its branch',
    rules: ['pull-requests'],
    spoil: (evidence) => void (pullOf(evidence, DELIVERED).headCommit = 'other'),
  },
  {
    name: 'a pull request was opened of what was held back',
    rules: ['pull-requests'],
    spoil: (evidence) =>
      void evidence.codeHost.pulls.push({ ...pullOf(evidence, DELIVERED), head: `drydock/${HELD}` }),
  },
];

const OF_TRIGGERS: readonly Spoiling[] = [
  {
    name: 'a webhook was taken and is gone',
    rules: ['triggers'],
    spoil: ({ triggered }) => void triggered.push({ submissionId: 'north/app#999', answeredAt: 1 }),
  },
  {
    name: 'a webhook that came twice is kept twice',
    rules: ['triggers'],
    spoil: (evidence) =>
      void evidence.database.inbound.push({ ...inboundOf(evidence, ASKED), id: 'github:other' }),
  },
  {
    name: 'a webhook was never looked at',
    rules: ['triggers'],
    spoil: (evidence) => void Object.assign(inboundOf(evidence, ASKED), { state: 'received', reason: null }),
  },
  {
    name: 'a trigger was given up',
    rules: ['triggers'],
    spoil: (evidence) =>
      void Object.assign(inboundOf(evidence, ASKED), { state: 'failed', reason: 'forge_unreachable' }),
  },
  {
    name: 'a trigger led to the task of another one',
    rules: ['triggers', 'conversations'],
    spoil: (evidence) => void (inboundOf(evidence, ASKED).taskId = DELIVERED),
  },
];

const OF_CONVERSATIONS: readonly Spoiling[] = [
  {
    name: 'a trigger was reacted to twice',
    rules: ['conversations'],
    spoil: (evidence) => void threadOf(evidence, ASKED).reactions.push('eyes'),
  },
  {
    name: 'a trigger has no reaction',
    rules: ['conversations'],
    spoil: (evidence) => void (threadOf(evidence, ASKED).reactions = []),
  },
  {
    name: 'there are two comments about one task',
    rules: ['conversations'],
    spoil: (evidence) => {
      const { comments } = threadOf(evidence, ASKED);
      comments.push(comments[0]!);
    },
  },
  {
    name: 'the comment about a task is missing',
    rules: ['conversations'],
    spoil: (evidence) => void (threadOf(evidence, ASKED).comments = []),
  },
  {
    name: 'the comment about a task does not tell its end',
    rules: ['conversations'],
    spoil: (evidence) => void (threadOf(evidence, ASKED).comments = [`running ${ASKED}`]),
  },
  {
    name: 'nobody looks after the comment about a task',
    rules: ['conversations'],
    spoil: ({ database }) => {
      removeFrom(database.tellings, of(ASKED));
    },
  },
];

/** Of triggers, deliveries, and what they make at the code host. */
export const SPOILED_DELIVERIES: readonly Spoiling[] = [
  ...OF_DELIVERIES,
  ...OF_BRANCHES,
  ...OF_PULL_REQUESTS,
  ...OF_TRIGGERS,
  ...OF_CONVERSATIONS,
  {
    name: 'a delivery was told of before its task had ended',
    rules: ['history', 'attempt-writes'],
    spoil: (evidence) => {
      const { events } = evidence.database;
      const told = events.findIndex((row) => row.taskId === HELD && row.type === 'delivery.changed');
      const ended = events.findIndex((row) => row.taskId === HELD && row.type === 'task.finished');
      const [a, b] = [events[told]!, events[ended]!];
      [a.seq, b.seq] = [b.seq, a.seq];
      [events[told], events[ended]] = [b, a];
    },
  },
  {
    name: 'the secret of a delivered task was kept',
    rules: ['closed-books'],
    spoil: (evidence) =>
      void evidence.database.secrets.push({
        taskId: taskAt(evidence, TASK.delivered).id,
        purpose: 'source_token',
      }),
  },
];
