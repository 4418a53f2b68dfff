import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { runBounded, type BoundedRun } from './bounded-process.ts';

let temp = '';
beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'dd-run-'));
});
afterAll(() => {
  rmSync(temp, { recursive: true, force: true });
});

const sh = (script: string, more: Partial<BoundedRun> = {}): ReturnType<typeof runBounded> =>
  runBounded({
    command: '/bin/sh',
    args: ['-c', script],
    env: { PATH: '/usr/bin:/bin', ONLY: 'this' },
    cwd: '/',
    maxOutputBytes: 1000,
    timeoutMs: 100_000,
    signal: new AbortController().signal,
    ...more,
  });

const isAlive = (pid: number): boolean => existsSync(`/proc/${String(pid)}/exe`);

/** Whether the child that the script started in the background, and noted in `file`, is gone. */
const childGone = (file: string): Promise<unknown> =>
  eventually(() => !isAlive(Number(readFileSync(file, 'utf8'))));

describe('runBounded', () => {
  it('gives exit code, output and errors, and nothing of our environment', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: Buffer.from('out\n'),
      stderr: 'err\n',
      stopped: null,
    });
    const names = (await sh('env')).stdout
      .toString()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(
      names.filter((name) => !['PATH', 'ONLY', 'PWD', 'SHLVL', '_', '', 'OLDPWD'].includes(name ?? '')),
    ).toEqual([]);
  });

  it('ends too much output, and does not keep it', async () => {
    const result = await sh('yes');
    expect(result).toMatchObject({ exitCode: null, stopped: 'output' });
    expect(result.stdout.length).toBeLessThanOrEqual(1000);
  });

  it('ends when the reader has enough', async () => {
    expect(await sh('yes', { onOutput: () => true, maxOutputBytes: 1e9 })).toMatchObject({
      stopped: 'enough',
    });
  });

  it('kills the whole group at its time and at the signal', async () => {
    const file = join(temp, 'timeout');
    const script = (name: string): string => `sleep 300 & echo $! > ${name}; wait`;
    expect(await sh(script(file), { timeoutMs: 3_000 })).toMatchObject({
      exitCode: null,
      stopped: 'timeout',
    });
    await childGone(file);
    const controller = new AbortController();
    const aborted = join(temp, 'abort');
    const running = sh(script(aborted), { signal: controller.signal });
    await eventually(() => /\d/.test(readFileSync(aborted, 'utf8')));
    controller.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    await childGone(aborted);
  });

  it('feeds its input, forgives a reader that leaves early, passes on a source that breaks', async () => {
    const megabyte = Buffer.alloc(1024 ** 2, 'x');
    expect((await sh('wc -c', { input: [megabyte, megabyte] })).stdout.toString().trim()).toBe(
      String(2 * 1024 ** 2),
    );
    expect(await sh('exit 7', { input: Array.from({ length: 20 }, () => megabyte) })).toMatchObject({
      exitCode: 7,
    });
    const broken = (function* (): Generator<Buffer> {
      yield megabyte;
      throw new Error('disk gone');
    })();
    await expect(sh('cat > /dev/null', { input: broken })).rejects.toThrow('disk gone');
  });

  it('says when there is no such program', async () => {
    await expect(sh('', { command: '/nonexistent/git' })).rejects.toThrow('ENOENT');
  });
});
