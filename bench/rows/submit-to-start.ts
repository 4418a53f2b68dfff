import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { bareRun, docker } from './bare-docker.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const RUNS = 30;

interface EngineEvent {
  readonly timeNano: number;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/** When the engine started the agent's container of a task, in milliseconds since the epoch. */
const watchStarts = async (): Promise<{
  startedAt: (task: string) => number | undefined;
  close: () => void;
}> => {
  const started = new Map<string, number>();
  const stream = (await docker.getEvents({
    filters: { event: ['start'], label: ['drydock.phase=agent'] },
  })) as NodeJS.ReadableStream & { destroy: () => void };
  stream.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('utf8').split('\n').filter(Boolean)) {
      const event = JSON.parse(line) as EngineEvent;
      started.set(event.Actor.Attributes['drydock.task'] ?? '', event.timeNano / 1e6);
    }
  });
  return {
    startedAt: (task) => started.get(task),
    close: () => {
      stream.destroy();
    },
  };
};

export const submitToStartBench: Bench = {
  name: 'submit-to-start',
  run: async () => {
    const system = await startSystem();
    const starts = await watchStarts();
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
        waits.push((starts.startedAt(id) ?? Number.NaN) - submittedAt);
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
      starts.close();
      await system.stop();
    }
  },
};
