import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TeamId } from '@drydock/domain';
import type { BranchRequest, PreparedBranch, ProcessOwners } from '@drydock/engine';
import { startGitFront, type GitFront } from '../testing/git-front.ts';
import { BRANCH, PublishBench, type Change } from '../testing/publish-bench.ts';
import { startStandInProxy, type StandInProxy } from '../testing/stand-in-proxy.ts';
import { never } from '../testing/workbench.ts';
import type { GitBranchPublisher } from './git-branch-publisher.ts';

const HOUR_MS = 3_600_000;

let bench: PublishBench;
let front: GitFront;
let proxy: StandInProxy;
beforeAll(async () => {
  bench = await PublishBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  front = await startGitFront(bench.vcs.server.url);
  proxy = await startStandInProxy(new Set([new URL(front.url).host]));
});
afterEach(() => Promise.all([front.close(), proxy.close()]));

const publisher = (mirrorsDirectory = join(bench.vcs.temp, 'mirrors')): GitBranchPublisher =>
  bench.publisher({
    mirrorsDirectory,
    guardProxyUrl: proxy.url,
    allowedPrivateHosts: new Set([new URL(front.url).host]),
  });

const throughFront = (change: Change, more: Partial<BranchRequest> = {}): BranchRequest =>
  bench.request(change, { url: `${front.url}/${change.name}`, ...more });

const prepared = (request: BranchRequest, by = publisher()): Promise<PreparedBranch> =>
  by.prepare(request, () => undefined, never());

/** Code and message of a push that fails. */
const fault = async (branch: PreparedBranch): Promise<{ code: string; detail: string }> => {
  try {
    await branch.push(never());
    return { code: 'done', detail: '' };
  } catch (error) {
    return error as { code: string; detail: string };
  } finally {
    await branch.close();
  }
};

describe('a push that the server refuses', () => {
  it('tells what a hook said, without its line ends and colours', async () => {
    const change = bench.smallChange();
    bench.refuse(change, BRANCH, 'Ask the \x1b[31mowners\n of main');
    const { code, detail } = await fault(await prepared(throughFront(change)));
    expect(code).toBe('forge_branch_protected');
    expect(detail).toMatch(/The server said: Ask the \[31mowners of main$/);
    expect(bench.tip(change, BRANCH)).toBeNull();
  });

  it.each([
    [{ status: 401 }, 'forge_auth_failed'],
    [{ status: 403 }, 'forge_permission_missing'],
    [{ status: 404 }, 'source_not_found'],
    [{ status: 500 }, 'source_unreachable'],
  ])('by %j is %s', async (fate, code) => {
    const branch = await prepared(throughFront(bench.smallChange()));
    front.fate = fate;
    expect((await fault(branch)).code).toBe(code);
  });

  it('because it only lets the credential read is forge_permission_missing', async () => {
    const readOnly = await PublishBench.open({});
    try {
      const change = readOnly.smallChange();
      const branch = await prepared(readOnly.request(change, { token: null }), readOnly.publisher());
      expect((await fault(branch)).code).toBe('forge_permission_missing');
    } finally {
      await readOnly.close();
    }
  });

  it('because a folder of branches has that name is forge_refused', async () => {
    const change = bench.smallChange();
    change.origin.git('update-ref', `refs/heads/${BRANCH}/below`, change.baseCommit);
    expect((await fault(await prepared(throughFront(change)))).code).toBe('forge_refused');
  });
});

describe('a push that is cut or raced', () => {
  it('is tried again with success after its answer was lost', async () => {
    const change = bench.smallChange();
    const first = await prepared(throughFront(change));
    front.fate = 'lose';
    expect((await fault(first)).code).toBe('source_unreachable');
    expect(bench.tip(change, BRANCH)).toBe(first.commit);
    front.fate = 'pass';
    const second = await prepared(throughFront(change));
    expect((await fault(second)).code).toBe('done');
    expect(bench.tip(change, BRANCH)).toBe(first.commit);
    expect(change.origin.git('rev-list', '--count', BRANCH)).toBe('2');
  });

  it('ends well for both who push the same commit at once', async () => {
    const change = bench.smallChange();
    const branches = await Promise.all([1, 2, 3].map(() => prepared(throughFront(change))));
    const codes = await Promise.all(branches.map(async (branch) => (await fault(branch)).code));
    expect(codes).toEqual(['done', 'done', 'done']);
    expect(bench.tip(change, BRANCH)).toBe(branches[0]?.commit);
  });

  it('ends well for one of those who push different commits at once', async () => {
    const change = bench.smallChange();
    const messages = ['one', 'two', 'three'];
    const branches = await Promise.all(
      messages.map((message) => prepared(throughFront(change, { message }))),
    );
    const codes = await Promise.all(branches.map(async (branch) => (await fault(branch)).code));
    expect([...codes].sort()).toEqual(['done', 'forge_branch_taken', 'forge_branch_taken']);
    expect(bench.tip(change, BRANCH)).toBe(branches[codes.indexOf('done')]?.commit);
  });

  it('ends at its signal', async () => {
    const branch = await prepared(throughFront(bench.smallChange()));
    front.fate = 'hold';
    const ends = new AbortController();
    const push = branch.push(ends.signal);
    await front.held;
    const reason = new Error('over');
    ends.abort(reason);
    await expect(push).rejects.toBe(reason);
    front.release();
    await branch.close();
  });
});

describe('the base', () => {
  it('is not sent again when its branch moved on', async () => {
    const change = bench.change(
      (origin) => origin.write({ large: randomBytes(400_000), 'a.txt': '1' }).git('add', '.'),
      (origin) => origin.write({ 'a.txt': '2' }).git('add', '.'),
    );
    change.origin.write({ large: 'small now' }).commit('moved on');
    const branch = await prepared(throughFront(change));
    expect((await fault(branch)).code).toBe('done');
    expect(front.pushedBytes).toBeGreaterThan(0);
    expect(front.pushedBytes).toBeLessThan(100_000);
    expect(change.origin.git('rev-parse', `${BRANCH}^`)).toBe(change.baseCommit);
  });

  it('may have history that the store lacks', async () => {
    const change = bench.change(
      (origin) => {
        origin.write({ 'a.txt': '0' }).commit();
        origin.write({ 'a.txt': '1' }).commit();
      },
      (origin) => origin.write({ 'a.txt': '2' }).git('add', '.'),
    );
    expect((await fault(await prepared(throughFront(change)))).code).toBe('done');
    expect(change.origin.git('rev-list', '--count', BRANCH)).toBe('4');
    expect(change.origin.git('fsck', '--strict')).toBe('');
  });

  it('that the server no longer has is told, whether a mirror has it or not', async () => {
    const change = bench.smallChange();
    await (await prepared(throughFront(change))).close();
    rmSync(change.origin.directory, { recursive: true });
    bench.vcs.origin(change.name).write({ f: 'history of its own' }).commit();
    const patch = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(
        Buffer.from('diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n'),
      );
    };
    const mirrored = await prepared(throughFront({ ...change }, { patch: patch() }));
    expect((await fault(mirrored)).code).toBe('source_ref_not_found');
    expect(bench.tip(change, BRANCH)).toBeNull();
    const fresh = prepared(
      throughFront(change, { patch: patch() }),
      publisher(join(bench.vcs.temp, 'fresh')),
    );
    await expect(fresh).rejects.toMatchObject({ code: 'source_ref_not_found' });
  });

  it('is taken from the mirror only by whom the server lets in, and of the own team', async () => {
    const change = bench.smallChange();
    const mirrors = join(bench.vcs.temp, 'mirrors-of-teams');
    const by = publisher(mirrors);
    await (await prepared(throughFront(change), by)).close();
    const revoked = prepared(throughFront(change, { token: 'revoked' }), by);
    await expect(revoked).rejects.toMatchObject({ code: 'forge_auth_failed' });
    expect(readdirSync(mirrors)).toHaveLength(1);
    await (await prepared(throughFront(change, { teamId: 'team_2' as TeamId }), by)).close();
    expect(readdirSync(mirrors)).toHaveLength(2);
  });
});

describe('what is left behind', () => {
  it('is nothing after a failure of any kind', async () => {
    const change = bench.smallChange();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('diff'));
      throw new Error('the store went away');
    }
    const failing: [Partial<BranchRequest>, string][] = [
      [{ patch: broken() }, 'store_failed'],
      [{ baseCommit: 'main' }, 'source_ref_not_found'],
      [{ baseCommit: '0'.repeat(40) }, 'source_ref_not_found'],
      [{ url: `${front.url}/nothing` }, 'source_not_found'],
      [{ url: 'file:///etc' }, 'source_url_scheme'],
      [{ patch: bench.patch(change, change.tree, change.baseCommit) }, 'patch_not_exact'],
    ];
    for (const [more, code] of failing)
      await expect(prepared(throughFront(change, more))).rejects.toMatchObject({ code });
    expect(bench.stores()).toEqual([]);
  });

  it('by a killed process is removed, by a living one never, by an unknown one after its time', async () => {
    const states = new Map([['dead', 'dead'] as const, ['alive', 'alive'] as const]);
    const owners: ProcessOwners = {
      mark: 'alive',
      stateOf: (name) => states.get(name as 'dead') ?? 'unknown',
    };
    const directory = join(bench.vcs.temp, 'publish-killed');
    const reaping = bench.publisher({ directory, owners });
    expect(await reaping.removeLeftOvers(HOUR_MS)).toBe(0);
    const names = ['tmp-dead_1', 'tmp-alive_1', 'tmp-stranger_old', 'tmp-stranger_new'];
    for (const name of names) mkdirSync(join(directory, name, 'git/objects'), { recursive: true });
    for (const name of ['tmp-alive_1', 'tmp-stranger_old']) {
      const time = (Date.now() - 2 * HOUR_MS) / 1000;
      utimesSync(join(directory, name), time, time);
    }
    expect(await reaping.removeLeftOvers(HOUR_MS)).toBe(2);
    expect(readdirSync(directory).sort()).toEqual(['tmp-alive_1', 'tmp-stranger_new']);
    const branch = await prepared(bench.request(bench.smallChange()), reaping);
    const made = readdirSync(directory).filter((name) => name.startsWith('tmp-alive_'));
    expect(made).toHaveLength(2);
    expect(await reaping.removeLeftOvers(0)).toBe(1);
    await branch.push(never());
    await branch.close();
  });
});
