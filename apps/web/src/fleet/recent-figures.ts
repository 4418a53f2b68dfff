import type { Task } from '../api/types.ts';

/** The last hour in equal parts, oldest first. */
export interface RecentFigures {
  /** Tasks that ended in each part. */
  readonly finished: readonly number[];
  /** Median seconds from submit to start, of tasks that started in each part; null without any. */
  readonly waits: readonly (number | null)[];
  readonly minutesEach: number;
}

const MINUTES = 60;
const PARTS = 30;

const median = (values: readonly number[]): number | null => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
};

/** @param tasks - the newest tasks of the team, in any order. */
export const recentFigures = (
  tasks: readonly Pick<Task, 'createdAt' | 'startedAt' | 'finishedAt'>[],
  nowMs: number,
): RecentFigures => {
  const partMs = (MINUTES / PARTS) * 60_000;
  const partOf = (at: string): number => PARTS - 1 - Math.floor((nowMs - Date.parse(at)) / partMs);
  const finished = Array.from({ length: PARTS }, () => 0);
  const waits: number[][] = Array.from({ length: PARTS }, () => []);
  for (const { createdAt, startedAt, finishedAt } of tasks) {
    if (finishedAt !== null) {
      const part = Math.min(PARTS - 1, partOf(finishedAt));
      if (part >= 0) finished[part] = (finished[part] ?? 0) + 1;
    }
    if (startedAt !== null)
      waits[Math.min(PARTS - 1, partOf(startedAt))]?.push(
        (Date.parse(startedAt) - Date.parse(createdAt)) / 1000,
      );
  }
  return { finished, waits: waits.map(median), minutesEach: MINUTES / PARTS };
};
