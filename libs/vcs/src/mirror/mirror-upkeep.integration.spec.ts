import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TeamId } from '@drydock/domain';
import type { CacheBounds, ProcessOwners } from '@drydock/engine';
import { never, STRANGERS, Workbench } from '../testing/workbench.ts';
import { MirrorUpkeep } from './mirror-upkeep.ts';
import { Mirrors } from './mirrors.ts';
import { evict } from './stored-mirrors.ts';

const HOUR_MS = 3_600_000;
const FOR_EVER: CacheBounds = { unusedMs: null, maxBytes: null, abandonedMs: HOUR_MS };
const teamId = 'team_1' as TeamId;

const age = (path: string, ms: number): void => {
  const time = (Date.now() - ms) / 1000;
  utimesSync(path, time, time);
};

describe('MirrorUpkeep', () => {
  let temp = '';
  let mirrors: Mirrors;
  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'dd-upkeep-'));
    mirrors = new Mirrors(temp, STRANGERS);
  });
  afterEach(() => {
    rmSync(temp, { recursive: true, force: true });
  });
  const upkeep = (owners: ProcessOwners = STRANGERS) => new MirrorUpkeep({ directory: temp, owners });
  /** A store of its own repository, last used so long ago. */
  const store = async (name: string, usedMsAgo: number, bytes = 100_000): Promise<string> => {
    const fetch = (gitDir: string): Promise<void> => {
      writeFileSync(join(gitDir, 'objects/pack/pack-0.pack'), Buffer.alloc(bytes));
      return Promise.resolve();
    };
    const key = { teamId, url: `https://h.example/${name}` };
    const path = await mirrors.store(key, 'c', { fetch, signal: new AbortController().signal });
    age(path, usedMsAgo);
    return path;
  };

  it('removes stores that nobody used for so long, and the folders that are empty then', async () => {
    const [old, young] = [await store('old', 15 * HOUR_MS), await store('young', 13 * HOUR_MS)];
    expect(await upkeep().trim({ ...FOR_EVER, unusedMs: 14 * HOUR_MS })).toMatchObject({ entries: 1 });
    expect([existsSync(dirname(old)), existsSync(young)]).toEqual([false, true]);
  });

  it('removes the least recently used above the size, and no more than it must', async () => {
    const paths = [await store('b', 2 * HOUR_MS), await store('c', HOUR_MS), await store('a', 3 * HOUR_MS)];
    const { entries, bytes } = await upkeep().trim({ ...FOR_EVER, maxBytes: 250_000 });
    expect(entries).toBe(1);
    expect(bytes).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThan(250_000);
    expect(paths.map((path) => existsSync(path))).toEqual([true, true, false]);
  });

  it('never removes what a checkout may be using, whatever the size', async () => {
    const [fresh, old] = [await store('fresh', 60_000), await store('old', HOUR_MS)];
    await upkeep().trim({ ...FOR_EVER, unusedMs: 1, maxBytes: 0 });
    expect([existsSync(fresh), existsSync(old)]).toEqual([true, false]);
  });

  it('bounds itself by the disk when it is told no size', async () => {
    await store('a', HOUR_MS);
    expect(await upkeep().trim({ ...FOR_EVER, maxBytes: 'tenth_of_disk' })).toMatchObject({ entries: 0 });
    rmSync(temp, { recursive: true });
    expect(await upkeep().trim({ ...FOR_EVER, maxBytes: 'tenth_of_disk' })).toMatchObject({ bytes: 0 });
  });

  it('removes half-made mirrors of dead workers at once, of unknown ones by age, of living ones never', async () => {
    const mirror = dirname(await store('a', 0));
    const names = ['tmp-dead_1', 'tmp-alive_1', 'tmp-stranger_old', 'tmp-stranger_new', 'gone-1'];
    for (const name of names) mkdirSync(join(mirror, name, 'objects'), { recursive: true });
    for (const name of ['tmp-alive_1', 'tmp-stranger_old']) age(join(mirror, name), 2 * HOUR_MS);
    const states = new Map([['dead', 'dead'] as const, ['alive', 'alive'] as const]);
    const owners: ProcessOwners = {
      mark: 'alive',
      stateOf: (name) => states.get(name as 'dead') ?? 'unknown',
    };
    expect(await upkeep(owners).trim(FOR_EVER)).toMatchObject({ abandoned: 3 });
    expect(readdirSync(mirror).sort()).toEqual(['c', 'tmp-alive_1', 'tmp-stranger_new']);
  });

  it('puts a store back that was touched between the look and the removal', async () => {
    const path = await store('a', HOUR_MS);
    expect(await evict({ name: 'c', path, usedAtMs: Date.now() - 2 * HOUR_MS })).toBe(false);
    expect(existsSync(join(path, 'objects/pack/pack-0.pack'))).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['c']);
  });

  it('makes mirrors while others remove empty ones', async () => {
    const ends = new AbortController();
    const trimming = (async () => {
      while (!ends.signal.aborted) await upkeep().trim(FOR_EVER);
    })();
    const paths = await Promise.all(Array.from({ length: 50 }, (_, i) => store(String(i), 0, 1)));
    ends.abort();
    await trimming;
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('eviction while clones run', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await Workbench.open();
    for (const name of ['one', 'two']) bench.origin(name).write({ 'a.txt': name }).commit('first');
  });
  afterAll(() => bench.close());

  const checkouts = async (mirrorsDirectory: string, rounds: number): Promise<unknown[]> => {
    const results: unknown[] = [];
    // Two workers that share the directory.
    const workers = [0, 1].map(() => bench.sources({ mirrorsDirectory }));
    for (let round = 0; round < rounds; round++)
      await Promise.all(
        workers.flatMap((sources) =>
          ['one', 'two'].map(async (name) => {
            const request = bench.request(name);
            const end = await sources.checkoutGit(request, never()).then(
              () => bench.inWork(request.key, 'status', '--porcelain'),
              (error: unknown) => error,
            );
            results.push(end);
          }),
        ),
      );
    return results;
  };
  const trimUntil = async (upkeep: MirrorUpkeep, signal: AbortSignal): Promise<number> => {
    let entries = 0;
    while (!signal.aborted) entries += (await upkeep.trim({ ...FOR_EVER, unusedMs: 1, maxBytes: 0 })).entries;
    return entries;
  };

  it('takes nothing from under them', async () => {
    const directory = join(bench.temp, 'mirrors-in-use');
    const ends = new AbortController();
    const trimming = trimUntil(new MirrorUpkeep({ directory, owners: STRANGERS }), ends.signal);
    const results = await checkouts(directory, 4);
    ends.abort();
    expect(results).toEqual(results.map(() => ''));
    expect(await trimming).toBe(0);
  });

  it('ends in whole checkouts even if it took a store within the grace', async () => {
    const directory = join(bench.temp, 'mirrors-taken');
    const upkeep = new MirrorUpkeep({ directory, owners: STRANGERS, inUseMs: -1 });
    const results: unknown[] = [];
    let entries = 0;
    for (let round = 0; round < 8; round++) {
      const running = checkouts(directory, 1);
      entries += (await upkeep.trim({ ...FOR_EVER, maxBytes: 0 })).entries;
      results.push(...(await running));
      entries += (await upkeep.trim({ ...FOR_EVER, maxBytes: 0 })).entries;
    }
    expect(results).toEqual(results.map(() => ''));
    expect(entries).toBeGreaterThan(0);
  });
});
