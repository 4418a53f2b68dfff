import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anAttemptKey, workspacesContract } from '@drydock/engine/testing';
import { eventually, ROOT } from '@drydock/testing';
import { hostCommand } from './host-command.ts';
import { benchWorkspaces } from '../testing/workspaces-bench.ts';
import { LoopWorkspaces } from './loop-workspaces.ts';
import { mountPointsBelow } from './mounts-below.ts';

/** A worker of its own that opens one workspace at a directory and then waits. */
const openAnd = (own: string): string => `
  import { LoopWorkspaces } from '${join(ROOT, 'libs/sandbox/src/workspaces/loop-workspaces.ts')}';
  import { writeFile } from 'node:fs/promises';
  const locate = (key, area) => area === null ? '${own}' : '${own}/' + area;
  const key = { taskId: 'task_${'0'.repeat(26)}', attempt: 1 };
  await new LoopWorkspaces(locate).open(key, 50);
  await writeFile(locate(key, 'work') + '/there', 'x');
  setInterval(() => undefined, 1000);
`;

const make = () => benchWorkspaces((locate) => new LoopWorkspaces(locate));
workspacesContract('loop images', make);

describe('LoopWorkspaces', () => {
  let bench: Awaited<ReturnType<typeof make>>;
  const key = anAttemptKey();
  beforeEach(async () => {
    bench = await make();
    await bench.workspaces.open(key, 50);
  });
  afterEach(() => bench.close());

  it('refuses what is past the limit at once, and what is within it never', async () => {
    const file = (name: string) => join(bench.locate(key, 'work'), name);
    await writeFile(file('within'), Buffer.alloc(45 * 1024 ** 2, 1));
    await expect(writeFile(file('past'), Buffer.alloc(30 * 1024 ** 2, 1))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    expect((await bench.workspaces.diskUse(key)).exceeded).toBe(true);
  });

  it('mounts the writable areas without set-uid and devices, with their owners', async () => {
    const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
    const mine = mountinfo.split('\n').filter((line) => line.includes(bench.locate(key, null)));
    expect(mine).toHaveLength(5);
    expect(mine.every((line) => line.includes('nosuid,nodev'))).toBe(true);
    const { uid, mode } = await stat(bench.locate(key, 'work'));
    expect([uid, mode & 0o777]).toEqual([10_001, 0o700]);
  });

  it.each([
    ['opening', 'disk.img'],
    ['mounting', 'disk/work'],
    ['at work', 'work/there'],
  ])('is collected whole after its worker was killed while %s', async (_when, sign) => {
    const theirs = anAttemptKey();
    const own = bench.locate(theirs, null);
    const opener = spawn(
      process.execPath,
      ['--import', join(ROOT, 'tools/ts.mjs'), '--input-type=module', '-e', openAnd(own)],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const exited = once(opener, 'exit');
    await eventually(() => existsSync(join(own, sign)), { intervalMs: 1 });
    opener.kill('SIGKILL');
    await exited;
    await eventually(async () => {
      const { stuck } = await bench.workspaces.reap(() => Promise.resolve([theirs]));
      return stuck.length === 0 && !existsSync(own);
    });
    expect(mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), own)).toEqual([]);
    expect((await hostCommand('losetup', ['--list', '--noheadings'], 5000)).stdout).not.toContain(own);
  });

  it('unmounts all when it closes', async () => {
    const own = bench.locate(key, null);
    await bench.workspaces.close(key);
    expect(mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), own)).toEqual([]);
  });
});
