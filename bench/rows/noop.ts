import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { bareRun } from './bare-docker.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const RUNS = 30;

/** From the request to the `end` of the event stream, as a waiting client sees it. */
const runNoop = async (system: System, url: string): Promise<number> => {
  const begin = performance.now();
  const { id } = await system.client.submit(commandTask(url, 'true'));
  for await (const event of system.client.stream(id)) if (event.event === 'end') break;
  const took = performance.now() - begin;
  const { status } = await system.client.task(id);
  if (status !== 'succeeded') throw new Error(`the no-op task ended ${status}`);
  return took;
};

export const noopBench: Bench = {
  name: 'noop',
  run: async () => {
    const system = await startSystem();
    try {
      const url = await publishSample(system, 'small', 100);
      await runNoop(system, url);
      const tasks: number[] = [];
      const pairs: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        tasks.push(await runNoop(system, url));
        pairs.push((await bareRun()).totalMs + (await bareRun()).totalMs);
      }
      const [p50, bare] = [median(tasks), median(pairs)];
      return [
        {
          what: `no-op task (command harness, true), submit → succeeded (${String(RUNS)} runs)`,
          measured: `p50 ${ms(p50)}, p95 ${ms(quantile(tasks, 0.95))}`,
          bare: `two bare docker runs: p50 ${ms(bare)}; ${ratio(p50, bare)}`,
          aim: '< 2 × and p50 < 1.2 s',
          isMet: p50 < 2 * bare && p50 < 1200,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
