import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { LEASE_MS } from './lease-clock.ts';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const COMMAND = ['--import', './tools/ts.mjs', 'libs/engine/src/testing/frozen-worker.ts'];

/** A worker process of its own, and the statements it has sent so far. */
const startWorker = () => {
  const child = spawn(process.execPath, COMMAND, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { child, lines, end };
};

describe('a worker that was frozen for longer than its lease', () => {
  it('stops its attempt before any other statement, whichever timer wakes up first', async () => {
    const { child, lines, end } = startWorker();
    try {
      await eventually(async () => Promise.resolve(lines.length > 10), { timeoutMs: 30_000 });
      child.kill('SIGSTOP');
      await pass(LEASE_MS + 500);
      const before = lines.length;
      child.kill('SIGCONT');
      await eventually(async () => Promise.resolve(lines.includes('open w:2')), { timeoutMs: 10_000 });
      const after = lines.slice(before);
      expect(after[0]).toBe('stopped: slept');
      expect(after.filter((line) => line.endsWith('w:1'))).toEqual([]);
    } finally {
      await end();
    }
  }, 60_000);
});
