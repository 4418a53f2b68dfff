import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anAttemptKey, workspacesContract } from '@drydock/engine/testing';
import { benchWorkspaces } from '../testing/workspaces-bench.ts';
import { LoopWorkspaces } from './loop-workspaces.ts';
import { mountPointsBelow } from './mounts-below.ts';

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

  it('unmounts all when it closes', async () => {
    const own = bench.locate(key, null);
    await bench.workspaces.close(key);
    expect(mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), own)).toEqual([]);
  });
});
