import { spawn } from 'node:child_process';
import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, ratio, type Bench } from '../bench-row.ts';
import { median, quantile } from '../statistics.ts';
import { commandTask, publishSample } from './sample-repository.ts';

const LINES = 400;
/** Prints the time again and again, at a pace that no batch hides. */
const STAMPS = `let n = 0; const t = setInterval(() => { console.log('stamp ' + Date.now()); if (++n === ${String(LINES)}) clearInterval(t); }, 13)`;

const stampsIn = (text: string, seenAt: number): number[] =>
  [...text.matchAll(/stamp (\d+)/g)].map((match) => seenAt - Number(match[1]));

const barePipe = async (): Promise<number[]> => {
  const child = spawn(process.execPath, ['-e', STAMPS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const delays: number[] = [];
  for await (const chunk of child.stdout) delays.push(...stampsIn(String(chunk), Date.now()));
  return delays;
};

export const logLatencyBench: Bench = {
  name: 'log-latency',
  run: async () => {
    const system = await startSystem();
    try {
      const url = await publishSample(system, 'small', 100);
      const { id } = await system.client.submit(commandTask(url, 'node', '-e', STAMPS));
      const delays: number[] = [];
      for await (const event of system.client.stream(id)) {
        const text = event.data['text'];
        if (event.event === 'log' && typeof text === 'string') delays.push(...stampsIn(text, Date.now()));
      }
      const bare = await barePipe();
      const p99 = quantile(delays, 0.99);
      return [
        {
          what: `log line in the container → SSE client (${String(delays.length)} of ${String(LINES)} lines)`,
          measured: `p50 ${ms(median(delays))}, p99 ${ms(p99)}`,
          bare: `a pipe to a child process: p99 ${ms(quantile(bare, 0.99))}; ${ratio(p99, Math.max(1, quantile(bare, 0.99)))}`,
          aim: 'p99 < 300 ms',
          isMet: p99 < 300 && delays.length === LINES,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
