import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { openLoop } from './open-loop.ts';
import { commandTask } from './sample-repository.ts';

const PER_SECOND = 200;
const SECONDS = 30;

export const submitLoadBench: Bench = {
  name: 'submit-load',
  run: async () => {
    const system = await startSystem({ workers: 0 });
    try {
      const body = commandTask('https://example.com/a.git', 'true');
      const submit = async (): Promise<boolean> => {
        const response = await system.client.post('/v1/tasks', body);
        await response.arrayBuffer();
        return response.status === 202;
      };
      const probe = async (): Promise<boolean> => {
        const response = await fetch(`${system.url}/livez`);
        await response.arrayBuffer();
        return response.ok;
      };
      await openLoop(PER_SECOND, 3, submit);
      const bare = await openLoop(PER_SECOND, 10, probe);
      const load = await openLoop(PER_SECOND, SECONDS, submit);
      const [p50, p99] = [median(load.latenciesMs), quantile(load.latenciesMs, 0.99)];
      const bareP99 = quantile(bare.latenciesMs, 0.99);
      return [
        {
          what: `POST /v1/tasks at ${String(PER_SECOND)}/s for ${String(SECONDS)} s`,
          measured: `p50 ${ms(p50)}, p99 ${ms(p99)}, ${String(load.errors)} errors of ${String(PER_SECOND * SECONDS)}`,
          bare: `GET /livez at the same rate: p50 ${ms(median(bare.latenciesMs))}, p99 ${ms(bareP99)}; ${ratio(p99, bareP99)}`,
          aim: 'p99 < 50 ms, 0 errors',
          isMet: p99 < 50 && load.errors === 0,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
