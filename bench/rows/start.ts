import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median } from '../statistics.ts';

const RUNS = 5;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
};

const run = async (...args: string[]): Promise<void> => {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${String(code)}`);
};

const times = async (work: () => Promise<unknown>): Promise<number> => {
  const all: number[] = [];
  for (let i = 0; i < RUNS; i++) all.push(await timed(work));
  return median(all);
};

/** Milliseconds until an api, and then a worker, of a system of their own are ready. */
const readyTimes = async (): Promise<{ api: number; worker: number }> => {
  const begin = performance.now();
  const system = await startSystem({ workers: 0 });
  const api = system.apiReadyMs;
  const worker = await timed(() => system.startWorker());
  await system.stop();
  if (api > performance.now() - begin) throw new Error('the clock ran backwards');
  return { api, worker };
};

export const startBench: Bench = {
  name: 'start',
  run: async () => {
    await run(join('tools', 'bootstrap.mjs'), 'services');
    const setUp = await times(() => run(join('tools', 'bootstrap.mjs'), 'services'));
    const node = await times(() => run('-e', '0'));
    const ready: { api: number; worker: number }[] = [];
    for (let i = 0; i < RUNS; i++) ready.push(await readyTimes());
    const [api, worker] = [median(ready.map((each) => each.api)), median(ready.map((each) => each.worker))];
    return [
      {
        what: 'second set-up',
        measured: `median ${ms(setUp)}`,
        bare: `node -e 0: ${ms(node)}; ${ratio(setUp, node)}`,
        aim: '< 10 s',
        isMet: setUp < 10_000,
      },
      {
        what: 'api process start → ready',
        measured: `median ${ms(api)}`,
        bare: `node -e 0: ${ms(node)}; ${ratio(api, node)}`,
        aim: '< 3 s',
        isMet: api < 3000,
      },
      {
        what: 'worker process start → ready',
        measured: `median ${ms(worker)}`,
        bare: `node -e 0: ${ms(node)}; ${ratio(worker, node)}`,
        aim: '< 3 s',
        isMet: worker < 3000,
      },
    ];
  },
};
