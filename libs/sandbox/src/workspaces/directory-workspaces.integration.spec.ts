import { execFile } from 'node:child_process';
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anAttemptKey, workspacesContract } from '@drydock/engine/testing';
import { benchWorkspaces } from '../testing/workspaces-bench.ts';
import { DirectoryWorkspaces } from './directory-workspaces.ts';

const make = () => benchWorkspaces((locate) => new DirectoryWorkspaces(locate));
workspacesContract('directories', make);

describe('DirectoryWorkspaces', () => {
  let bench: Awaited<ReturnType<typeof make>>;
  const key = anAttemptKey();
  beforeEach(async () => {
    bench = await make();
    await bench.workspaces.open(key, 50);
  });
  afterEach(() => bench.close());

  it('gives every area its owner and mode, below a directory that is closed to others', async () => {
    const modes: Record<string, string> = {};
    for (const name of await readdir(bench.locate(key, null))) {
      const { uid, mode } = await stat(join(bench.locate(key, null), name));
      modes[name] = `${uid} ${(mode & 0o7777).toString(8)}`;
    }
    expect(modes).toEqual({
      work: '10001 700',
      home: '10001 700',
      out: '10001 700',
      'verify-work': '10001 700',
      'verify-home': '10001 700',
      in: '0 755',
      base: '0 755',
      'run-setup': '0 755',
      'run-agent': '0 755',
      'run-verify': '0 755',
      spool: '0 700',
    });
    expect((await stat(bench.locate(key, null))).mode & 0o777).toBe(0o700);
  });

  it('lets nobody change what it wrote for the sandbox', async () => {
    await bench.workspaces.writeFile(key, 'in', 'task.json', '{}');
    const { uid, mode } = await stat(join(bench.locate(key, 'in'), 'task.json'));
    expect([uid, mode & 0o777]).toEqual([0, 0o444]);
  });

  it('is not fooled by sparse files, nor counts a file with two names twice', async () => {
    const work = bench.locate(key, 'work');
    const sparse = await open(join(work, 'sparse'), 'w');
    await sparse.truncate(10 * 1024 ** 3);
    await sparse.close();
    await writeFile(join(work, 'one'), Buffer.alloc(1024 ** 2, 1));
    await promisify(execFile)('ln', [join(work, 'one'), join(work, 'two')]);
    const { usedBytes, exceeded } = await bench.workspaces.diskUse(key);
    expect(usedBytes).toBeGreaterThan(1024 ** 2);
    expect(usedBytes).toBeLessThan(1.5 * 1024 ** 2);
    expect(exceeded).toBe(false);
  });

  it('closes a tree thousands of levels deep', async () => {
    const dig = 'chdir shift; for (1..3000) { mkdir "dddddddddd"; chdir "dddddddddd" }';
    await promisify(execFile)('perl', ['-e', dig, bench.locate(key, 'work')]);
    expect((await bench.workspaces.diskUse(key)).usedBytes).toBeGreaterThan(3000 * 1024);
    await bench.workspaces.close(key);
    expect(await bench.has(key)).toBe(false);
  });

  it('leaves alone what is no attempt of ours', async () => {
    const foreign = join(bench.locate(key, null), '..', 'somebody-elses-1');
    await mkdir(foreign);
    let found: readonly unknown[] = [];
    const reaped = await bench.workspaces.reap((all) => ((found = all), Promise.resolve(all)));
    expect([reaped.removed, found]).toEqual([1, [key]]);
    expect((await stat(foreign)).isDirectory()).toBe(true);
  });
});
