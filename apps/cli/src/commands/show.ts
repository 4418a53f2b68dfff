import type { Task } from '@drydock/sdk';
import { EXIT } from '../exit-codes.ts';
import { table } from '../terminal/format.ts';
import type { Painter } from '../terminal/painter.ts';
import { oneLine, safeText } from '../terminal/safe-text.ts';
import { type Register, taskId } from './act.ts';
import { sourceText, summaryLines } from './outcome.ts';

const facts = (task: Task): (readonly [string, string])[] => [
  ['source', sourceText(task)],
  ['agent', oneLine([task.agent.harness, task.agent.model].filter(Boolean).join(' '), 200)],
  ['image', task.image.name],
  ['created', task.createdAt],
  ...(task.startedAt === null ? [] : [['started', task.startedAt] as const]),
  ...(task.finishedAt === null ? [] : [['finished', task.finishedAt] as const]),
  ...(task.retryOf === null ? [] : [['retry of', task.retryOf] as const]),
  ...Object.entries(task.labels).map(([key, value]) => ['label', oneLine(`${key}=${value}`, 200)] as const),
  ...task.attempts.map(
    ({ number, workerId, outcome }) =>
      ['attempt', `${String(number)} on ${oneLine(workerId, 60)}: ${outcome ?? 'running'}`] as const,
  ),
  ...task.deliveries.map(
    ({ id, kind, state, error }) =>
      [
        'delivery',
        `${id} ${kind} ${state}${error === null ? '' : `: ${oneLine(error.message, 200)}`}`,
      ] as const,
  ),
];

const lines = (task: Task, paint: Painter): string[] => [
  ...summaryLines(task, paint),
  '',
  ...table(facts(task)),
  '',
  safeText(task.description).trimEnd(),
];

export const registerShow: Register = (program, act) => {
  const command = program
    .command('show')
    .description('Show a task')
    .argument('<id>', 'id of the task', taskId);
  act<[string], object>(command, async (context, { args: [id] }) => {
    const task = await (await context.client()).tasks.get(id);
    context.result(task, () => lines(task, context.terminal.out));
    return EXIT.ok;
  });
};
