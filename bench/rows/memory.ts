import { readFile } from 'node:fs/promises';
import { startSystem } from '../../e2e/system/start-system.ts';
import type { Bench } from '../bench-row.ts';
import { median, slope } from '../statistics.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const TASKS = 10;
const SECONDS = 40;

const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
};

const sample = async (pid: number, seconds: number): Promise<[number, number][]> => {
  const points: [number, number][] = [];
  for (let second = 0; second < seconds; second++) {
    points.push([second, await residentMb(pid)]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return points;
};

export const memoryBench: Bench = {
  name: 'memory',
  run: async () => {
    const system = await startSystem({ concurrency: TASKS });
    try {
      const pid = system.workers[0]?.pid ?? 0;
      const url = await publishSample(system, 'small', 100);
      await system.client.wait((await system.client.submit(commandTask(url, 'true'))).id);
      const rest = median((await sample(pid, 10)).map(([, mb]) => mb));
      const loud = {
        ...commandTask(url, 'yes', 'a line of console output that is about as long as most of them are'),
        limits: { timeoutSeconds: SECONDS + 10 },
      };
      const ids = await Promise.all(
        Array.from({ length: TASKS }, async () => (await system.client.submit(loud)).id),
      );
      await Promise.all(ids.map((id) => system.client.until(id, (task) => task.phase === 'agent')));
      const points = await sample(pid, SECONDS);
      await Promise.all(ids.map((id) => system.client.post(`/v1/tasks/${id}/cancel`, {})));
      await Promise.all(ids.map((id) => system.client.wait(id)));
      const most = Math.max(...points.map(([, mb]) => mb));
      const growth = slope(points.slice(points.length / 2));
      return [
        {
          what: `worker memory at rest · with ${String(TASKS)} tasks logging at full speed`,
          measured: `${rest.toFixed(0)} MB · + ${(most - rest).toFixed(0)} MB at most, ${growth.toFixed(2)} MB/s in the second half`,
          bare: `${(most / rest).toFixed(2)} × its rest`,
          aim: '< 150 MB · + < 250 MB, flat',
          isMet: rest < 150 && most - rest < 250 && growth < 1,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
