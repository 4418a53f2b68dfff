import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { withLock } from './lock.mjs';

const endedPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

describe('withLock', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    file = join(folder, 'nested', 'a.lock');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const holdBy = async (text: string): Promise<void> => {
    await withLock(file, () => Promise.resolve());
    writeFileSync(file, text);
  };

  it('lets one holder in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(most).toBe(1);
  });

  it('is free again after a failure, and passes the failure on', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
    expect(existsSync(file)).toBe(false);
    await expect(withLock(file, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('takes over from a process that has ended', async () => {
    await holdBy(`${endedPid()} 12345`);
    await expect(withLock(file, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('takes over from a pid that now belongs to another program', async () => {
    await holdBy(`${process.pid} 1`);
    await expect(withLock(file, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('takes over an old file that its holder never finished writing', async () => {
    await holdBy('');
    utimesSync(file, new Date(0), new Date(0));
    await expect(withLock(file, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('waits no longer than asked for a holder that lives, and names the file', async () => {
    await withLock(file, async () => {
      let told = 0;
      const second = withLock(file, () => Promise.resolve(), { waitMs: 50, onWait: () => (told += 1) });
      await expect(second).rejects.toThrow(file);
      expect(told).toBe(1);
    });
  });
});
