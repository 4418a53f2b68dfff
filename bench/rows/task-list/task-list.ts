import type { Client } from '../../../e2e/system/client.ts';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { addKey, addTeam } from '../../../e2e/system/teams.ts';
import { markdownTable, ms, NO_AIM, type Bench, type BenchRow } from '../../bench-row.ts';
import { median, quantile } from '../../statistics.ts';
import { FEW_TASKS, seedTasks, TASKS } from './seed-tasks.ts';

const PAGE = 50;
const MOST_MS = 50;
/** A short list is read again until there are so many pages. */
const LEAST_PAGES = 40;
const WARM_UPS = 20;

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** What is asked for, and how many tasks fit. */
interface Question {
  readonly what: string;
  readonly filter: string;
  readonly fit: number;
  /** Of the team that has few. */
  readonly fewFit: number;
}

const QUESTIONS: readonly Question[] = [
  { what: 'no filter', filter: '', fit: TASKS + 1, fewFit: FEW_TASKS },
  { what: '`status=failed`', filter: '&status=failed', fit: TASKS / 1000, fewFit: 0 },
  { what: '`outcome=no_changes`', filter: '&outcome=no_changes', fit: TASKS / 1000, fewFit: 1 },
  { what: '`status=cancelled`', filter: '&status=cancelled', fit: 0, fewFit: 0 },
  { what: '`label=project:shop`', filter: '&label=project:shop', fit: TASKS, fewFit: FEW_TASKS },
  { what: '`label=run:7`', filter: '&label=run:7', fit: TASKS / 200, fewFit: 1 },
  { what: '`label=run:none`', filter: '&label=run:none', fit: 0, fewFit: 0 },
  { what: '`repository=acme`', filter: '&repository=acme', fit: TASKS, fewFit: FEW_TASKS },
  { what: '`repository=acme/shop`', filter: '&repository=acme/shop', fit: TASKS / 200, fewFit: 1 },
  { what: '`search=fix`', filter: '&search=fix', fit: TASKS, fewFit: FEW_TASKS },
  { what: '`search=needle`', filter: '&search=needle', fit: TASKS / 1000, fewFit: 1 },
  { what: '`search=nowhere`', filter: '&search=nowhere', fit: 0, fewFit: 0 },
  { what: '`search=needle`, `status=failed`', filter: '&search=needle&status=failed', fit: 0, fewFit: 0 },
];

/** Found in the older half only. No index helps against so many. */
const LEGACY: Question = {
  what: '`search=legacy`',
  filter: '&search=legacy',
  fit: TASKS / 2,
  fewFit: FEW_TASKS / 2,
};
/** Too short for an index of trigrams. */
const SHORT: Question = { what: '`search=zz`', filter: '&search=zz', fit: 0, fewFit: 0 };

/** Times of all pages from the first to the last, and how many tasks they had. */
const walk = async (client: Client, filter: string): Promise<{ times: number[]; tasks: number }> => {
  const times: number[] = [];
  let tasks = 0;
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const begin = performance.now();
    const response = await client.request(`/v1/tasks?limit=${String(PAGE)}${filter}${from}`);
    const page = (await response.json()) as Page;
    times.push(performance.now() - begin);
    tasks += page.items.length;
    cursor = page.next;
  }
  return { times, tasks };
};

interface Answered extends Question {
  readonly times: readonly number[];
  /** Of the first pages, those in the middle, and the last ones. */
  readonly depths: readonly [number, number, number];
}

const ask = async (client: Client, question: Question): Promise<Answered> => {
  const walks: number[][] = [];
  while (walks.flat().length < LEAST_PAGES) {
    const { times, tasks } = await walk(client, question.filter);
    if (tasks !== question.fit) throw new Error(`${question.what}: ${String(tasks)} tasks on all pages`);
    walks.push(times);
  }
  const third = (nth: number): number =>
    median(
      walks.flatMap((times) =>
        times.slice(Math.floor((times.length * nth) / 3), Math.ceil((times.length * (nth + 1)) / 3)),
      ),
    );
  return { ...question, times: walks.flat(), depths: [third(0), third(1), third(2)] };
};

const askAll = async (client: Client, questions: readonly Question[]): Promise<Answered[]> => {
  const answered: Answered[] = [];
  for (const question of questions) answered.push(await ask(client, question));
  return answered;
};

const rowOf = (what: string, answered: readonly Answered[], bare: string): BenchRow => {
  const p99s = answered.map(({ times }) => quantile(times, 0.99));
  const all = answered.flatMap(({ times }) => times);
  const details = answered.map(({ what: question, fit, times, depths }, nth) => [
    question,
    fit.toLocaleString('en'),
    String(times.length),
    ...depths.map(ms),
    ms(p99s[nth] ?? Number.NaN),
    ms(Math.max(...times)),
  ]);
  return {
    what: `${what} (${String(all.length)} pages of ${String(PAGE)}, one after the other)`,
    measured: `p50 ${ms(median(all))}, p99 of the slowest filter ${ms(Math.max(...p99s))}`,
    bare,
    aim: `p99 < ${String(MOST_MS)} ms`,
    isMet: p99s.every((p99) => p99 < MOST_MS),
    below: `${what}, by filter:\n\n${markdownTable([
      ['filter', 'tasks that fit', 'pages', 'first third, p50', 'middle, p50', 'last, p50', 'p99', 'worst'],
      ...details,
    ])}`,
  };
};

const livez = async (system: System): Promise<string> => {
  const times: number[] = [];
  for (let i = 0; i < 100 + WARM_UPS; i++) {
    const begin = performance.now();
    await (await system.client.request('/livez')).arrayBuffer();
    times.push(performance.now() - begin);
  }
  const bare = times.slice(WARM_UPS);
  return `GET /livez: p50 ${ms(median(bare))}, p99 ${ms(quantile(bare, 0.99))}`;
};

const measure = async (system: System): Promise<BenchRow[]> => {
  const teamId = await addTeam(system, 'few');
  const few = await addKey(system, teamId, ['tasks:read']);
  await seedTasks(system, teamId);
  const bare = await livez(system);
  for (let i = 0; i < WARM_UPS; i++) await ask(system.client, QUESTIONS[3]!);
  const many = TASKS.toLocaleString('en');
  return [
    rowOf(`list of ${many} tasks of one team`, await askAll(system.client, QUESTIONS), bare),
    rowOf(
      `list of ${String(FEW_TASKS)} tasks of a team among ${many} of another`,
      await askAll(
        few,
        QUESTIONS.map((question) => ({ ...question, fit: question.fewFit })),
      ),
      bare,
    ),
    {
      ...rowOf(
        'what no index helps against: a word of the older half, two letters',
        await askAll(system.client, [LEGACY, SHORT]),
        bare,
      ),
      ...NO_AIM,
    },
  ];
};

export const taskListBench: Bench = {
  name: 'task-list',
  run: async () => {
    const system = await startSystem({ workers: 0, env: { DRYDOCK_RATE_LIMIT: '0' } });
    try {
      return await measure(system);
    } finally {
      await system.stop();
    }
  },
};
