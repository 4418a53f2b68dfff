import { Client } from './client.ts';
import type { System } from './start-system.ts';
import { query } from './teams.ts';

export interface OperatedTeam {
  readonly id: string;
  readonly client: Client;
}

const answerOf = async <T>(response: Response): Promise<T> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${String(response.status)} ${text}`);
  return JSON.parse(text) as T;
};

/** A team and a key of it, by the routes that an operator uses. */
export const operateTeam = async (
  system: System,
  settings: Record<string, unknown>,
  key: Record<string, unknown> = {},
): Promise<OperatedTeam> => {
  const { id } = await answerOf<{ id: string }>(await system.client.post('/v1/teams', settings));
  const made = await answerOf<{ key: string }>(await system.client.post(`/v1/teams/${id}/keys`, key));
  return { id, client: new Client(system.url, made.key) };
};

export const changeTeam = async (
  system: System,
  id: string,
  change: Record<string, unknown>,
): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'PATCH', headers, body: JSON.stringify(change) };
  await answerOf(await system.client.request(`/v1/teams/${id}`, init));
};

export interface Start {
  readonly teamId: string;
  readonly taskId: string;
  /** Microseconds since the epoch, by the database's clock. */
  readonly startedAt: number;
  /** Null: it still runs. */
  readonly finishedAt: number | null;
}

const MICROS = (column: string): string =>
  `(extract(epoch FROM "${column}") * 1000000)::float8 AS "${column}"`;

/** Every attempt there has been, in the order of their starts. */
export const startsIn = async (system: System): Promise<Start[]> => {
  const text = `SELECT "teamId", "taskId", ${MICROS('startedAt')}, ${MICROS('finishedAt')} FROM "Attempt" ORDER BY "Attempt"."startedAt"`;
  return (await query(system, text)) as unknown as Start[];
};

/** How many of other teams start before each start of `teamId`, counted from the one before it or from `fromIndex`. */
export const startsBetween = (starts: readonly Start[], teamId: string, fromIndex = 0): number[] => {
  const gaps: number[] = [];
  let gap = 0;
  for (const start of starts.slice(fromIndex)) {
    if (start.teamId !== teamId) gap++;
    else {
      gaps.push(gap);
      gap = 0;
    }
  }
  return gaps;
};

/** The most of these that ran at one instant. */
export const mostAtOnce = (starts: readonly Start[]): number => {
  const changes = starts
    .flatMap(({ startedAt, finishedAt }) => [
      { at: startedAt, by: 1 },
      ...(finishedAt === null ? [] : [{ at: finishedAt, by: -1 }]),
    ])
    // An end and a start at the same microsecond: the end comes first.
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  return changes.reduce((most, { by }) => Math.max(most, (running += by)), 0);
};
