import { eventually } from '@drydock/testing';
import type { Client } from '../../e2e/system/client.ts';
import { changeTeam, operateTeam, startsBetween, startsIn } from '../../e2e/system/operator.ts';
import { startSystem, type System } from '../../e2e/system/start-system.ts';
import type { Bench, BenchRow } from '../bench-row.ts';
import { median } from '../statistics.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const BACKLOG = 1_000;
const TASKS = 10;
const PARALLEL = 20;
const SLOTS = [1, 2, 4];

const submitMany = async (client: Client, count: number, task: unknown): Promise<string[]> => {
  const ids: string[] = [];
  for (let done = 0; done < count; done += PARALLEL) {
    const batch = Array.from({ length: Math.min(PARALLEL, count - done) }, () => client.submit(task));
    ids.push(...(await Promise.all(batch)).map(({ id }) => id));
  }
  return ids;
};

/** Starts of the long queue before each start of the short one. */
const measure = async (system: System, url: string): Promise<number[]> => {
  const big = await operateTeam(system, { name: 'A' });
  const small = await operateTeam(system, { name: 'B' });
  const task = commandTask(url, 'true');
  await submitMany(big.client, BACKLOG, task);
  await eventually(async () => (await startsIn(system)).length > 4, { timeoutMs: 60_000 });
  const from = (await startsIn(system)).length;
  const ids = await submitMany(small.client, TASKS, task);
  await Promise.all(ids.map((id) => small.client.wait(id, 120_000)));
  await changeTeam(system, big.id, { maxConcurrent: 0 });
  return startsBetween(await startsIn(system), small.id, from);
};

const rowOf = (slots: number, gaps: readonly number[]): BenchRow => {
  const worst = Math.max(...gaps);
  return {
    what: `team A ${String(BACKLOG)} queued, then team B ${String(TASKS)}, ${String(slots)} slots: starts of A before each of B`,
    measured: `${gaps.join(' ')}: median ${String(median(gaps))}, worst ${String(worst)}`,
    bare: `by age alone: about ${String(BACKLOG)}`,
    aim: 'worst ≤ 2',
    isMet: worst <= 2,
  };
};

export const fairnessBench: Bench = {
  name: 'fairness',
  run: async () => {
    const rows: BenchRow[] = [];
    for (const slots of SLOTS) {
      const system = await startSystem({ concurrency: slots, env: { DRYDOCK_RATE_LIMIT: '0' } });
      try {
        rows.push(rowOf(slots, await measure(system, await publishSample(system, 'small', 100))));
      } finally {
        await system.stop();
      }
    }
    return rows;
  },
};
