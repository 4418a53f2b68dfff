import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { bareRun } from './bare-docker.ts';
import { watchContainers } from './watch-containers.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const RUNS = 30;

export const submitToStartBench: Bench = {
  name: 'submit-to-start',
  run: async () => {
    const system = await startSystem();
    const containers = await watchContainers();
    try {
      const url = await publishSample(system, 'small', 100);
      const task = commandTask(url, 'true');
      await system.client.wait((await system.client.submit(task)).id);
      const waits: number[] = [];
      const bare: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const submittedAt = Date.now();
        const { id } = await system.client.submit(task);
        await system.client.wait(id);
        waits.push((containers.find(id, 'start')?.atMs ?? Number.NaN) - submittedAt);
        bare.push((await bareRun()).startMs);
      }
      const [p50, p95] = [median(waits), quantile(waits, 0.95)];
      return [
        {
          what: `submit → agent container started, empty queue, warm mirror (${String(RUNS)} runs)`,
          measured: `p50 ${ms(p50)}, p95 ${ms(p95)}`,
          bare: `create + start of a bare container: p50 ${ms(median(bare))}; ${ratio(p50, median(bare))}`,
          aim: 'p50 < 500 ms, p95 < 1 s',
          isMet: p50 < 500 && p95 < 1000,
        },
      ];
    } finally {
      containers.close();
      await system.stop();
    }
  },
};
