import type { Evidence } from '../evidence.ts';
import type { Draft } from './build-evidence.ts';
import { TASK } from './task-plans.ts';

/** Evidence on its way to being wrong. */
export type Spoiled = Draft<Evidence>;

/** One way to break a promise in the evidence of `ONE_OF_EACH`, and the rules that must notice, those and no others. */
export interface Spoiling {
  readonly name: string;
  readonly rules: readonly string[];
  readonly spoil: (evidence: Spoiled) => void;
}

export const idOf = (index: number): string => `task_${String(index).padStart(26, '0')}`;
export const CHANGED = idOf(TASK.changed);
export const TRIED = idOf(TASK.tried);

export const of =
  (taskId: string) =>
  (row: { readonly taskId: string }): boolean =>
    row.taskId === taskId;

export const taskAt = ({ database }: Spoiled, index: number) =>
  database.tasks.find(({ id }) => id === idOf(index))!;
export const attemptOf = ({ database }: Spoiled, taskId: string, number: number) =>
  database.attempts.find((row) => row.taskId === taskId && row.number === number)!;
export const eventsOf = ({ database }: Spoiled, taskId: string, type: string) =>
  database.events.filter((row) => row.taskId === taskId && row.type === type);
export const fileOf = ({ files }: Spoiled, end: string) => files.find(({ path }) => path.endsWith(end))!;

export const removeFrom = <T>(items: T[], isOut: (item: T) => boolean): void => {
  items.splice(0, items.length, ...items.filter((item) => !isOut(item)));
};

/** A whole second task of the same submission, as an api makes it that takes no notice of keys. */
export const addTwin = (evidence: Spoiled, index: number): void => {
  const [from, id] = [idOf(index), `task_${'z'.repeat(26)}`];
  const { database, files } = evidence;
  const copies = <T extends { taskId: string }>(rows: T[]): T[] =>
    structuredClone(rows.filter(of(from))).map((row) => ({ ...row, taskId: id }));
  database.tasks.push({ ...structuredClone(taskAt(evidence, index)), id });
  for (const rows of [database.events, database.attempts, database.artifacts, database.modelCalls])
    (rows as { taskId: string }[]).push(...copies(rows as { taskId: string }[]));
  const own = files.filter(({ path }) => path.includes(from));
  files.push(...own.map((file) => ({ ...file, path: file.path.replace(from, id) })));
};

/** Puts an event behind the one at a place, and numbers the history anew. */
export const insertEvent = (
  evidence: Spoiled,
  behind: Spoiled['database']['events'][number],
  event: Partial<Spoiled['database']['events'][number]>,
): void => {
  const { events } = evidence.database;
  events.splice(events.indexOf(behind) + 1, 0, { ...behind, payload: null, ...event });
  renumber(evidence, behind.taskId);
};

export const renumber = ({ database }: Spoiled, taskId: string): void => {
  const own = database.events.filter(of(taskId));
  own.forEach((event, index) => (event.seq = index + 1));
  database.tasks.find(({ id }) => id === taskId)!.lastSeq = own.length;
};
