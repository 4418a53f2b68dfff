import type { Task, TaskListQuery, TaskStatus } from '@drydock/sdk';
import { Option } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { age, table } from '../terminal/format.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { type Register, collect, numberFrom } from './act.ts';
import { sourceText } from './outcome.ts';

interface ListFlags {
  readonly status?: TaskStatus;
  readonly label?: readonly string[];
  readonly outcome?: TaskListQuery['outcome'];
  readonly repository?: string;
  readonly search?: string;
  readonly limit: number;
}

const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const satisfies TaskStatus[];

const queryOf = (flags: Omit<ListFlags, 'limit'>, limit: number): TaskListQuery => {
  const { status, outcome, repository, search, label } = flags;
  return {
    limit: Math.min(limit, 200),
    ...(status && { status }),
    ...(outcome && { outcome }),
    ...(repository !== undefined && { repository }),
    ...(search !== undefined && { search }),
    ...(label && { label: [...label] }),
  };
};

const row = (task: Task, nowMs: number): string[] => [
  task.id,
  task.outcome ?? task.phase ?? task.status,
  age(task.createdAt, nowMs),
  oneLine(sourceText(task), 40),
  oneLine(task.description, 60),
];

export const registerList: Register = (program, act) => {
  const command = program
    .command('list')
    .alias('ls')
    .description('List tasks, newest first')
    .addOption(new Option('-s, --status <status>', 'only these').choices(STATUSES))
    .option('-l, --label <key:value>', 'only these; may be repeated', collect)
    .option('--outcome <outcome>', 'only these, such as verification_failed')
    .option('-r, --repository <text>', 'only those whose git URL holds this')
    .option('-S, --search <text>', 'only those whose description or id holds this')
    .option('-n, --limit <count>', 'so many at most', numberFrom(1, 100_000), 20);
  act<[], ListFlags>(command, async (context, { options: { limit, ...flags } }) => {
    const client = await context.client();
    const query = queryOf(flags, limit);
    const tasks: Task[] = [];
    for await (const task of client.tasks.list(query).items()) {
      tasks.push(task);
      if (tasks.length === limit) break;
    }
    if (tasks.length === 0) context.say('No tasks.');
    const head = ['ID', 'STATE', 'AGE', 'SOURCE', 'DESCRIPTION'];
    context.result({ items: tasks }, () =>
      tasks.length === 0 ? [] : table([head, ...tasks.map((task) => row(task, Date.now()))]),
    );
    return EXIT.ok;
  });
};
