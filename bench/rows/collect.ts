import { startSystem } from '../../e2e/system/start-system.ts';
import { ratio, type Bench } from '../bench-row.ts';
import { median } from '../statistics.ts';
import { bareRun } from './bare-docker.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const FILES = 50_000;
const RUNS = 5;
const CHANGE = 'for i in $(seq 10); do echo changed >> d$i/f$i.txt; done';

export const collectBench: Bench = {
  name: 'collect',
  run: async () => {
    const system = await startSystem();
    try {
      const url = await publishSample(system, 'large', FILES);
      const seconds: number[] = [];
      const bare: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { id } = await system.client.submit(commandTask(url, 'bash', '-c', CHANGE));
        const done = await system.client.wait(id, 120_000);
        if (done.outcome !== 'changed') throw new Error(`ended ${JSON.stringify(done.error)}`);
        const end = (await system.client.events(id)).find(
          (event) => event['type'] === 'phase.finished' && event['phase'] === 'collect',
        );
        seconds.push(Number(end?.['seconds']));
        bare.push((await bareRun()).totalMs / 1000);
      }
      const p50 = median(seconds);
      return [
        {
          what: `collect on ${String(FILES)} files with 10 changed, container included (${String(RUNS)} runs)`,
          measured: `median ${p50.toFixed(2)} s`,
          bare: `a bare docker run: ${median(bare).toFixed(2)} s; ${ratio(p50, median(bare))}`,
          aim: '< 3 s',
          isMet: p50 < 3,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
