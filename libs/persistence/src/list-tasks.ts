import { isFinal, STATUSES, statusOf, type TeamId } from '@drydock/domain';
import type { TaskFilter, TaskRecord } from '@drydock/engine';
import { cursorOf, placeOf } from './cursor.ts';
import type { Queries } from './database.ts';
import { jsonb } from './jsonb.ts';
import { TASK_COLUMNS, taskOf, type TaskRow } from './task-row.ts';

type Bind = (value: unknown) => string;

/** Tasks that are looked at in the order of the list before all that fit are looked up by an index. */
const NEAR = 500;

// Of tasks that have ended both are in an index of trigrams: they must stand here as in the migration `task_texts`.
const REPOSITORY = `lower(t."request" #>> '{source,git,url}')`;
const TEXT = `lower(left(coalesce(t."request" ->> 'description', ''), 4096) || chr(31) || t."id")`;

/** One key with two values, or an outcome that tasks of the status never have: they hold for no task. */
const isContradiction = ({ labels, status, outcome }: TaskFilter): boolean =>
  (status !== undefined && outcome !== undefined && statusOf(outcome) !== status) ||
  labels.some(([key, value]) => labels.some((other) => other[0] === key && other[1] !== value));

const holds = (text: string, part: string, bind: Bind): string =>
  `${text} LIKE lower(${bind(`%${part.replaceAll(/[\\%_]/g, '\\$&')}%`)})`;

/** What an index has in the order of the list. */
const orderedConditions = (teamId: TeamId, filter: TaskFilter, bind: Bind): string => {
  const conditions = [`t."teamId" = ${bind(teamId)}`];
  // An outcome has one status.
  if (filter.outcome !== undefined) conditions.push(`t."outcome" = ${bind(filter.outcome)}`);
  else if (filter.status !== undefined) conditions.push(`t."status" = ${bind(filter.status)}`);
  if (filter.cursor !== undefined) {
    const { micros, id } = placeOf(filter.cursor);
    // Integers all the way: a float of seconds would lose the microsecond that tells two tasks apart.
    const at = `timestamptz 'epoch' + ${bind(micros)}::bigint * interval '1 microsecond'`;
    conditions.push(`(t."createdAt", t."id") < (${at}, ${bind(id)})`);
  }
  return conditions.join(' AND ');
};

/** What an index finds in no order. '': nothing of that kind is asked for. */
const soughtConditions = (filter: TaskFilter, bind: Bind): string => {
  const conditions: string[] = [];
  if (filter.repository !== undefined) conditions.push(holds(REPOSITORY, filter.repository, bind));
  if (filter.search !== undefined) conditions.push(holds(TEXT, filter.search, bind));
  if (filter.labels.length > 0)
    conditions.push(`t."labels" @> ${bind(jsonb(Object.fromEntries(filter.labels)))}::jsonb`);
  return conditions.join(' AND ');
};

const COLUMNS = `${TASK_COLUMNS}, (extract(epoch FROM t."createdAt") * 1000000)::bigint AS "micros"`;
const ORDER = `ORDER BY t."createdAt" DESC, t."id" DESC`;

/** For the index of lists by status: of what is under way there is no index of texts. */
const IS_LIVE = `t."status" IN (${STATUSES.filter((status) => !isFinal(status))
  .map((status) => `'${status}'`)
  .join(', ')})`;

// What many tasks have is soon found in the order of the list, what few have is soon found by its index, and the planner
// cannot know which it is: a wrong guess reads a hundred thousand tasks for one page. So the order is tried for a while.
const searchText = (ordered: string, sought: string, count: string): string => `
WITH near AS MATERIALIZED (
  SELECT t."id", t."createdAt", (${sought}) AS "fits" FROM "Task" t WHERE ${ordered} ${ORDER} LIMIT ${String(NEAR)}
), tried AS MATERIALIZED (
  SELECT count(*) = ${String(NEAR)} AND count(*) FILTER (WHERE "fits") < ${count} AS "isInVain" FROM near
), far AS MATERIALIZED (
  SELECT t."id", t."createdAt" FROM "Task" t
  WHERE (SELECT "isInVain" FROM tried) AND ${ordered} AND ${sought} AND t."finishedAt" IS NOT NULL
  UNION ALL SELECT t."id", t."createdAt" FROM "Task" t
  WHERE (SELECT "isInVain" FROM tried) AND ${ordered} AND ${sought} AND t."finishedAt" IS NULL AND ${IS_LIVE}
), found AS MATERIALIZED (
  SELECT "id", "createdAt" FROM near WHERE "fits" AND NOT (SELECT "isInVain" FROM tried)
  UNION ALL SELECT "id", "createdAt" FROM far
  ORDER BY "createdAt" DESC, "id" DESC LIMIT ${count}
)
SELECT ${COLUMNS} FROM found JOIN "Task" t ON t."id" = found."id" ${ORDER}`;

/** One page, newest first. The order is by values that never change, so nothing moves while a client pages. */
export const listTasks = async (
  queries: Queries,
  teamId: TeamId,
  filter: TaskFilter,
): Promise<{ items: TaskRecord[]; next: string | null }> => {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${String(values.push(value))}`;
  const ordered = orderedConditions(teamId, filter, bind);
  const sought = soughtConditions(filter, bind);
  if (isContradiction(filter)) return { items: [], next: null };
  const count = `${bind(filter.limit + 1)}::int`;
  const text =
    sought === ''
      ? `SELECT ${COLUMNS} FROM "Task" t WHERE ${ordered} ${ORDER} LIMIT ${count}`
      : searchText(ordered, sought, count);
  const rows = await queries.rows<TaskRow & { micros: string }>({ text, values });
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    items: page.map(taskOf),
    next: rows.length > filter.limit && last !== undefined ? cursorOf(last) : null,
  };
};
