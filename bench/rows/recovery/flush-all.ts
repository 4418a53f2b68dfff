import { eventually, ownRedis, type OwnRedis } from '@drydock/testing';
import { Redis } from 'ioredis';
import { startSystem, type System } from '../../../e2e/system/start-system.ts';
import { query } from '../../../e2e/system/teams.ts';
import { ratio, seconds, type BenchRow } from '../../bench-row.ts';
import { median } from '../../statistics.ts';
import { commandTask, publishSample } from '../sample-repository.ts';

/** Three times what a hundred tasks take; a Redis of one's own ends itself after a quarter of an hour. */
const PATIENCE = { timeoutMs: 300_000, intervalMs: 200 };

const flushAll = async ({ url }: OwnRedis): Promise<void> => {
  const connection = new Redis(url);
  await connection.flushall();
  connection.disconnect();
};

const countEnded = async (system: System, ids: readonly string[]): Promise<number> => {
  const text = `SELECT count(*) AS n FROM "Task" WHERE id = ANY($1) AND status = 'succeeded'`;
  const [row] = await query(system, text, [ids]);
  return Number(row?.['n']);
};

interface Batch {
  readonly ms: number;
  readonly lost: number;
}

/** From the first submit until all tasks are done; `disturb` comes right after the last 202. */
const runBatch = async (
  system: System,
  { url, tasks, disturb }: { url: string; tasks: number; disturb: () => Promise<void> },
): Promise<Batch> => {
  const begin = performance.now();
  const submit = async (): Promise<string> => (await system.client.submit(commandTask(url, 'true'))).id;
  const ids = await Promise.all(Array.from({ length: tasks }, submit));
  await disturb();
  const areAllDone = async (): Promise<boolean> => (await countEnded(system, ids)) === tasks;
  await eventually(areAllDone, PATIENCE).catch(() => undefined);
  return { ms: performance.now() - begin, lost: tasks - (await countEnded(system, ids)) };
};

interface Pair {
  readonly quiet: Batch;
  readonly flushed: Batch;
}

const runPair = async (tasks: number, isQuietFirst: boolean): Promise<Pair> => {
  const redis = await ownRedis();
  const system = await startSystem({ redisUrl: redis.url, workers: 2, concurrency: 2 });
  try {
    const url = await publishSample(system, 'small', 100);
    await system.client.wait((await system.client.submit(commandTask(url, 'true'))).id);
    const runQuiet = () => runBatch(system, { url, tasks, disturb: () => Promise.resolve() });
    const before = isQuietFirst ? await runQuiet() : null;
    const flushed = await runBatch(system, { url, tasks, disturb: () => flushAll(redis) });
    return { quiet: before ?? (await runQuiet()), flushed };
  } finally {
    await system.stop();
    await redis.stop();
  }
};

/** The same tasks with and without a FLUSHALL behind them, by turns. */
export const flushAllRow = async ({ pairs, tasks }: { pairs: number; tasks: number }): Promise<BenchRow> => {
  const all: Pair[] = [];
  // Whoever comes second may find a warmer or a busier machine
  for (let i = 0; i < pairs; i++) all.push(await runPair(tasks, i % 2 === 0));
  const ratios = all.map(({ quiet, flushed }) => (flushed.ms / quiet.ms).toFixed(2));
  const lost = all.reduce((sum, { flushed }) => sum + flushed.lost, 0);
  const p50 = median(all.map(({ flushed }) => flushed.ms));
  const bareP50 = median(all.map(({ quiet }) => quiet.ms));
  return {
    what: `FLUSHALL with ${String(tasks)} queued → all done (${String(pairs)} times)`,
    measured: `median ${seconds(p50)}, lost: ${String(lost)}`,
    bare: `the same without: ${seconds(bareP50)}; ${ratio(p50, bareP50)}, by pairs ${ratios.join(', ')}`,
    aim: 'lost 0',
    isMet: lost === 0,
  };
};
