import type { Task, TaskListQuery, TaskStatus } from '@drydock/sdk';
import { Option } from 'commander';
import type { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { age, table, widthOf } from '../terminal/format.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { type Register, collect, numberFrom } from './act.ts';
import { sourceText, statusPainter } from './outcome.ts';

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
  oneLine(task.description, 200),
];

const HEAD = ['ID', 'STATE', 'AGE', 'SOURCE', 'DESCRIPTION'];
/** Where no terminal says how wide it is, and at least. */
const DESCRIPTION_WIDTH = { piped: 60, least: 20 };
const GAP = 2;

/** Descriptions are cut to what is left of the line. */
const fitted = (rows: readonly (readonly string[])[], columns: number | null): string[][] => {
  const before = HEAD.slice(0, -1).reduce((sum, _cell, at) => sum + widthOf(rows, at) + GAP, 0);
  const width =
    columns === null ? DESCRIPTION_WIDTH.piped : Math.max(DESCRIPTION_WIDTH.least, columns - before);
  return rows.map((cells) => [...cells.slice(0, -1), oneLine(cells.at(-1) ?? '', width)]);
};

const lines = ({ terminal }: Context, tasks: readonly Task[]): string[] => {
  const rows = [HEAD, ...tasks.map((task) => row(task, Date.now()))];
  return table(fitted(rows, terminal.outColumns), (cell, line, column) => {
    const task = tasks[line - 1];
    if (task === undefined) return terminal.out.bold(cell);
    return column === 1 ? statusPainter(task, terminal.out)(cell) : cell;
  });
};

const firstTasks = async (
  client: Drydock,
  flags: Omit<ListFlags, 'limit'>,
  limit: number,
): Promise<{ readonly tasks: Task[]; readonly hasMore: boolean }> => {
  const tasks: Task[] = [];
  for await (const { items, next } of client.tasks.list(queryOf(flags, limit))) {
    tasks.push(...items);
    if (tasks.length >= limit)
      return { tasks: tasks.slice(0, limit), hasMore: next !== null || tasks.length > limit };
  }
  return { tasks, hasMore: false };
};

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
    const { tasks, hasMore } = await firstTasks(client, flags, limit);
    if (tasks.length === 0) context.say('No tasks.');
    context.result({ items: tasks, hasMore }, () => (tasks.length === 0 ? [] : lines(context, tasks)));
    if (hasMore && context.terminal.isOutTty) context.say(`There are more: -n ${String(limit * 2)}`);
    return EXIT.ok;
  });
};
