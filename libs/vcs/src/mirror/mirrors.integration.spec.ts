import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TeamId } from '@drydock/domain';
import { STRANGERS } from '../testing/workbench.ts';
import { Mirrors } from './mirrors.ts';

let temp = '';
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'dd-mirrors-'));
});
afterEach(() => {
  rmSync(temp, { recursive: true, force: true });
});

const KEY = { teamId: 'team_1' as TeamId, url: 'https://h.example/r' };
const mark = (gitDir: string): Promise<void> => {
  writeFileSync(join(gitDir, 'objects/fetched'), '');
  return Promise.resolve();
};
const fill = (fetch: typeof mark, signal = new AbortController().signal) => ({ fetch, signal });
const old = (path: string, days: number): void => {
  const time = Date.now() / 1000 - days * 86_400;
  utimesSync(path, time, time);
};

describe('Mirrors', () => {
  it('keeps teams and URLs apart', async () => {
    const mirrors = new Mirrors(temp, STRANGERS);
    const stores = await Promise.all([
      mirrors.store(KEY, 'c', fill(mark)),
      mirrors.store({ ...KEY, teamId: 'team_2' as TeamId }, 'c', fill(mark)),
      mirrors.store({ ...KEY, url: `${KEY.url}2` }, 'c', fill(mark)),
    ]);
    expect(new Set(stores).size).toBe(3);
  });

  it('fetches once for many, and anew after a failure, which leaves nothing', async () => {
    const mirrors = new Mirrors(temp, STRANGERS);
    let fetches = 0;
    const failing = (): Promise<void> => {
      fetches += 1;
      return Promise.reject(new Error('away'));
    };
    const counting = (gitDir: string): Promise<void> => {
      fetches += 1;
      return mark(gitDir);
    };
    const results = await Promise.allSettled([
      mirrors.store(KEY, 'c', fill(failing)),
      mirrors.store(KEY, 'c', fill(counting)),
      mirrors.store(KEY, 'c', fill(counting)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(fetches).toBe(2);
    const [mirror = ''] = readdirSync(temp);
    expect(readdirSync(join(temp, mirror))).toEqual(['c']);
  });

  it('has nobody wait for the fetch of another who gives up, and whoever comes next does not fetch beside it', async () => {
    const mirrors = new Mirrors(temp, STRANGERS);
    const slow = Promise.withResolvers<undefined>();
    let fetches = 0;
    const slowly = async (gitDir: string): Promise<void> => {
      fetches += 1;
      await slow.promise;
      await mark(gitDir);
    };
    const first = mirrors.store(KEY, 'c', fill(slowly));
    const controller = new AbortController();
    const second = mirrors.store(KEY, 'c', fill(slowly, controller.signal));
    const third = mirrors.store(KEY, 'c', fill(slowly));
    controller.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    slow.resolve(undefined);
    expect(await third).toBe(await first);
    expect(fetches).toBe(1);
  });

  it('bows to another worker that was first', async () => {
    const [first, second] = [new Mirrors(temp, STRANGERS), new Mirrors(temp, STRANGERS)];
    const stores = await Promise.all([first.store(KEY, 'c', fill(mark)), second.store(KEY, 'c', fill(mark))]);
    expect(stores[0]).toBe(stores[1]);
    expect(existsSync(join(stores[0], 'objects/fetched'))).toBe(true);
  });

  it('keeps the three commits that were used last, and those that may be in use', async () => {
    const mirrors = new Mirrors(temp, STRANGERS);
    for (const [days, commit] of [
      [4, 'c1'],
      [3, 'c2'],
      [2, 'c3'],
      [1, 'c4'],
    ] as const)
      old(await mirrors.store(KEY, commit, fill(mark)), days);
    const last = await mirrors.store(KEY, 'c5', fill(mark));
    expect(readdirSync(join(last, '..')).sort()).toEqual(['c3', 'c4', 'c5']);
    for (const commit of ['c6', 'c7', 'c8']) await mirrors.store(KEY, commit, fill(mark));
    expect(readdirSync(join(last, '..')).sort()).toEqual(['c5', 'c6', 'c7', 'c8']);
  });
});
