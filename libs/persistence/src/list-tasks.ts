import { statusOf, type TeamId } from '@drydock/domain';
import type { TaskFilter, TaskRecord } from '@drydock/engine';
import { cursorOf, placeOf } from './cursor.ts';
import type { Queries } from './database.ts';
import { jsonb } from './jsonb.ts';
import { TASK_COLUMNS, taskOf, type TaskRow } from './task-row.ts';

type Labels = TaskFilter['labels'];

/** One key with two values holds for no task. */
const isContradiction = (labels: Labels): boolean =>
  labels.some(([key, value]) => labels.some((other) => other[0] === key && other[1] !== value));

/** Not LIKE: what is looked for may hold its wildcards. */
const holds = (texts: readonly string[], part: string): string =>
  `(${texts.map((text) => `strpos(lower(${text}), lower(${part})) > 0`).join(' OR ')})`;

const conditionsOf = (filter: TaskFilter, bind: (value: unknown) => string): string[] => {
  const conditions: string[] = [];
  // An outcome has one status, and only that is in an index.
  const status = filter.status ?? (filter.outcome && statusOf(filter.outcome));
  if (status !== undefined) conditions.push(`t."status" = ${bind(status)}`);
  if (filter.outcome !== undefined) conditions.push(`t."outcome" = ${bind(filter.outcome)}`);
  if (filter.repository !== undefined)
    conditions.push(holds([`t."request"#>>'{source,git,url}'`], bind(filter.repository)));
  if (filter.search !== undefined)
    conditions.push(holds([`t."request"->>'description'`, `t."id"`], bind(filter.search)));
  if (filter.labels.length > 0)
    conditions.push(`t."labels" @> ${bind(jsonb(Object.fromEntries(filter.labels)))}::jsonb`);
  if (filter.cursor !== undefined) {
    const { micros, id } = placeOf(filter.cursor);
    // Integers all the way: a float of seconds would lose the microsecond that tells two tasks apart.
    const at = `timestamptz 'epoch' + ${bind(micros)}::bigint * interval '1 microsecond'`;
    conditions.push(`(t."createdAt", t."id") < (${at}, ${bind(id)})`);
  }
  return conditions;
};

/** One page, newest first. The order is by values that never change, so nothing moves while a client pages. */
export const listTasks = async (
  queries: Queries,
  teamId: TeamId,
  filter: TaskFilter,
): Promise<{ items: TaskRecord[]; next: string | null }> => {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${String(values.push(value))}`;
  const conditions = [`t."teamId" = ${bind(teamId)}`, ...conditionsOf(filter, bind)];
  if (isContradiction(filter.labels)) return { items: [], next: null };
  const rows = await queries.rows<TaskRow & { micros: string }>({
    text: `SELECT ${TASK_COLUMNS}, (extract(epoch FROM t."createdAt") * 1000000)::bigint AS "micros" FROM "Task" t
      WHERE ${conditions.join(' AND ')} ORDER BY t."createdAt" DESC, t."id" DESC LIMIT ${bind(filter.limit + 1)}`,
    values,
  });
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    items: page.map(taskOf),
    next: rows.length > filter.limit && last !== undefined ? cursorOf(last) : null,
  };
};
