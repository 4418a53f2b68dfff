import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '@drydock/testing';
import { startSystem } from '../../e2e/system/start-system.ts';
import { type Bench, ms, ratio } from '../bench-row.ts';
import { median } from '../statistics.ts';

const RUNS = 15;
const TASKS = 50;
const MOST_MS = 300;

/** Milliseconds of one process from its start to its end. */
const timed = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> => {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${String(code)}`);
  return performance.now() - begin;
};

/** `drydock list` as a person waits for it, beside a Node that does nothing. */
export const commandStartBench: Bench = {
  name: 'command-start',
  run: async () => {
    const system = await startSystem({ workers: 0 });
    try {
      for (let i = 0; i < TASKS; i++)
        await system.client.submit({
          source: { git: { url: `${system.gitUrl}/none.git` } },
          description: 'Fix the failing test',
          agent: { harness: 'command', command: ['true'] },
        });
      const env = { DRYDOCK_URL: system.url, DRYDOCK_API_KEY: system.apiKey };
      const list: number[] = [];
      const bare: number[] = [];
      for (let i = 0; i < RUNS; i++) {
        list.push(await timed([join(ROOT, 'dist/cli.mjs'), 'list'], env));
        bare.push(await timed(['-e', '0'], env));
      }
      return [
        {
          what: '`drydock list`, start to end',
          measured: `median ${ms(median(list))}, worst ${ms(Math.max(...list))} (n = ${String(RUNS)})`,
          bare: `node -e 0: ${ms(median(bare))}; ${ratio(median(list), median(bare))}`,
          aim: `< ${String(MOST_MS)} ms`,
          isMet: median(list) < MOST_MS,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
