import {
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TeamId } from '@drydock/domain';
import { RAW_ATTRIBUTES } from './host/git-environment.ts';
import { Workbench, never } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

const CRLF = 'one\r\ntwo\r\n';

describe('GitSources.checkoutGit', () => {
  it('fills work and base with the exact bytes of one commit', async () => {
    const origin = bench.origin('exact').write({
      '.git/info/attributes': RAW_ATTRIBUTES, // so that the blobs have the very bytes
      'a.txt': CRLF,
      'sub/dir/b.bin': Buffer.from([0, 1, 255, 10]),
      'ignored.log': 'kept\n',
      '.gitignore': '*.log\n',
      '.gitattributes': '* text=auto eol=crlf\n*.id ident\n*.u16 working-tree-encoding=UTF-16\n',
      'c.id': '$Id$\n',
      'run.sh': '#!/bin/sh\n',
      'we ird\n\t"\u202e': 'x',
    });
    origin.commit('first');
    origin.git('update-index', '--chmod=+x', 'run.sh');
    const commit = origin.gitWith({ input: 'a.txt' }, 'hash-object', '-w', '--stdin');
    origin.git('update-index', '--add', '--cacheinfo', `120000,${commit},link`);
    origin.git('commit', '--quiet', '-m', 'second');
    const head = origin.git('rev-parse', 'HEAD');
    const request = bench.request('exact');
    const result = await bench.sources().checkoutGit(request, never());
    const tree = origin.git('rev-parse', 'HEAD^{tree}');
    expect(result).toMatchObject({
      base: { ref: 'main', commit: head, tree },
      baseCommit: head,
      configText: null,
      agentsMd: null,
      hasSetupScript: false,
      notices: [],
    });
    const work = bench.area(request.key, 'work');
    expect(readFileSync(join(work, 'a.txt'), 'latin1')).toBe(CRLF);
    expect(readFileSync(join(work, 'c.id'), 'latin1')).toBe('$Id$\n');
    expect(readFileSync(join(work, 'sub/dir/b.bin'))).toEqual(Buffer.from([0, 1, 255, 10]));
    expect(readFileSync(join(work, 'we ird\n\t"\u202e'), 'latin1')).toBe('x');
    expect(readlinkSync(join(work, 'link'))).toBe('a.txt');
    expect(statSync(join(work, 'run.sh')).mode & 0o111).not.toBe(0);
    expect(bench.inWork(request.key, 'status', '--porcelain')).toBe('');
    expect(bench.inWork(request.key, 'log', '--format=%H')).toBe(`${head}\n`);
    expect(bench.inWork(request.key, 'write-tree').trim()).toBe(tree);
    expect(bench.inWork(request.key, 'fsck', '--strict', '--full')).toBe('');
  });

  it('gives all of work to the sandbox user and nothing of base, sharing no inode', async () => {
    const request = bench.request('exact');
    await bench.sources().checkoutGit(request, never());
    const uids = (directory: string): Set<number> =>
      new Set(
        [
          directory,
          ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) =>
            join(directory, name),
          ),
        ].map((path) => lstatSync(path).uid),
      );
    const user = process.getuid?.() === 0 ? 10_001 : process.getuid?.();
    expect([...uids(bench.area(request.key, 'work'))]).toEqual([user]);
    expect([...uids(bench.area(request.key, 'base'))]).toEqual([process.getuid?.()]);
    const inodes = (area: string): number[] => {
      const packs = join(bench.area(request.key, area), 'objects/pack');
      return readdirSync(packs).map((name) => statSync(join(packs, name)).ino);
    };
    const shared = inodes('base').filter((inode) => inodes('work/.git').includes(inode));
    expect(shared).toEqual([]);
  });

  it('leaves an index that trusts the files as they lie there, and sees a change within the second', async () => {
    const request = bench.request('exact');
    await bench.sources().checkoutGit(request, never());
    const index = join(bench.area(request.key, 'base'), 'drydock-index');
    const changed = (): string => bench.inWork(request.key, 'diff-files', '--name-only');
    expect(
      readFileSync(index).equals(readFileSync(join(bench.area(request.key, 'work'), '.git/index'))),
    ).toBe(true);
    expect(changed()).toBe(''); // plumbing: no refresh, so this is the stat data alone
    writeFileSync(join(bench.area(request.key, 'work'), 'a.txt'), CRLF.replace('one', 'ONE'));
    expect(changed()).toBe('a.txt\n');
  });

  it('holds only the objects of that commit in base', async () => {
    const origin = bench.origin('lean').write({ secret: 'an older secret' });
    origin.commit('old');
    origin.write({ secret: 'none' });
    const old = origin.git('rev-parse', 'HEAD:secret');
    origin.commit('new');
    const request = bench.request('lean');
    await bench.sources().checkoutGit(request, never());
    for (const gitDir of ['base', 'work/.git']) {
      const list = origin.git(
        '--git-dir',
        bench.area(request.key, gitDir),
        'cat-file',
        '--batch-all-objects',
        '--batch-check',
      );
      expect(list.split('\n')).toHaveLength(3);
      expect(list).not.toContain(old);
    }
  });

  it('resolves branches before tags, peels tags, takes commit ids, and refuses what is not there', async () => {
    const origin = bench.origin('refs').write({ f: '1' });
    const first = origin.commit('1');
    origin.git('tag', '-a', 'v1', '-m', 'one');
    origin.git('branch', 'both');
    const second = origin.write({ f: '2' }).commit('2');
    origin.git('tag', 'both');
    const commitOf = async (ref: string | null): Promise<unknown> =>
      bench
        .sources()
        .checkoutGit(bench.request('refs', { ref }), never())
        .then(
          ({ base }) => base.commit,
          (error: unknown) => (error as { code: string }).code,
        );
    expect(await commitOf('v1')).toBe(first);
    expect(await commitOf('both')).toBe(first);
    expect(await commitOf('refs/tags/both')).toBe(second);
    expect(await commitOf(first)).toBe(first);
    expect(await commitOf(null)).toBe(second);
    expect(await commitOf('nope')).toBe('source_ref_not_found');
    expect(await commitOf('0'.repeat(40))).toBe('source_ref_not_found');
    expect(await commitOf('--upload-pack=touch /tmp/x')).toBe('source_ref_not_found');
    origin.git('checkout', '--quiet', '--orphan', 'unborn');
    expect(await commitOf(null)).toBe('source_ref_not_found');
  });

  it('uses the pinned commit although the branch moved on', async () => {
    const origin = bench.origin('pinned').write({ f: '1' });
    const first = origin.commit('1');
    const { base } = await bench.sources().checkoutGit(bench.request('pinned', { ref: 'main' }), never());
    origin.write({ f: '2' }).commit('2');
    const again = bench.request('pinned', { ref: 'main', pinned: base });
    expect((await bench.sources().checkoutGit(again, never())).base).toEqual(base);
    expect(base).toMatchObject({ ref: 'main', commit: first });
  });

  it('fetches a commit once per team, and again when the mirror is damaged', async () => {
    bench
      .origin('cached')
      .write({ f: 'x'.repeat(5000) })
      .commit();
    const fetches = async (teamId: string): Promise<number> => {
      const before = bench.server.requests.length;
      await bench.sources().checkoutGit(bench.request('cached', { teamId: teamId as TeamId }), never());
      // ls-remote posts once; each fetch posts at least twice
      return bench.server.requests.slice(before).filter((line) => line.startsWith('POST')).length - 1;
    };
    expect(await fetches('team_1')).toBeGreaterThan(0);
    expect(await fetches('team_1')).toBe(0);
    expect(await fetches('team_2')).toBeGreaterThan(0);
    const mirrors = join(bench.temp, 'mirrors');
    for (const name of readdirSync(mirrors, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.pack')) writeFileSync(join(mirrors, name), Buffer.alloc(300, 7), { flush: true });
    expect(await fetches('team_1')).toBeGreaterThan(0);
    expect(await fetches('team_1')).toBe(0);
  });

  it('lets two tasks share one fetch and leaves nothing half-made when cancelled', async () => {
    bench.origin('shared').write({ f: '1' }).commit();
    const before = bench.server.requests.length;
    const sources = bench.sources();
    await Promise.all([1, 2, 3].map(() => sources.checkoutGit(bench.request('shared'), never())));
    const posts = bench.server.requests.slice(before).filter((line) => line.startsWith('POST'));
    expect(posts.length).toBeLessThanOrEqual(3 + 2);
    const reason = new Error('cancelled');
    await expect(sources.checkoutGit(bench.request('shared'), AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });

  it('puts a .git with the base commit into verify-work', async () => {
    const request = bench.request('exact');
    const sources = bench.sources();
    const { baseCommit } = await sources.checkoutGit(request, never());
    await sources.prepareVerify(request.key, baseCommit);
    const gitDir = join(bench.area(request.key, 'verify-work'), '.git');
    expect(readFileSync(join(gitDir, 'refs/heads/main'), 'utf8').trim()).toBe(baseCommit);
    expect(existsSync(join(gitDir, 'index'))).toBe(true);
    expect(lstatSync(gitDir).uid).toBe(process.getuid?.() === 0 ? 10_001 : process.getuid?.());
  });
});

describe('GitSources.checkoutGit of a branch that must not configure itself', () => {
  const MAIN = 'verify: [npm test]\n';
  const branched = (name: string, onMain: Files, onBranch: Files) => {
    const origin = bench.origin(name).write({ 'a.txt': 'a\n', ...onMain });
    origin.commit('main');
    origin.git('checkout', '--quiet', '-b', 'theirs');
    const theirs = origin.write(onBranch).commit('theirs');
    origin.git('checkout', '--quiet', 'main');
    const request = { ref: 'theirs', configFrom: 'default_branch' } as const;
    return { origin, theirs, request: bench.request(name, request) };
  };
  type Files = Readonly<Record<string, string>>;

  it('takes the files of the branch and the settings of the default one', async () => {
    const { request, theirs } = branched(
      'settings',
      { '.drydock.yml': MAIN },
      { '.drydock.yml': 'verify: ["true"]\n', 'b.txt': 'b\n' },
    );
    const result = await bench.sources().checkoutGit(request, never());
    expect(result).toMatchObject({ configText: MAIN, base: { ref: 'theirs', commit: theirs } });
    const work = bench.area(request.key, 'work');
    expect(readFileSync(join(work, '.drydock.yml'), 'utf8')).toBe('verify: ["true"]\n');
    expect(readFileSync(join(work, 'b.txt'), 'utf8')).toBe('b\n');
    const ofBase = await bench.sources().checkoutGit({ ...request, configFrom: 'base' }, never());
    expect(ofBase.configText).toBe('verify: ["true"]\n');
  });

  it('finds none where only the branch has some, however broken they are there', async () => {
    for (const [name, config] of Object.entries({ plain: 'image: x\n', long: '#'.repeat(70_000) })) {
      const { request } = branched(`only-${name}`, {}, { '.drydock.yml': config });
      expect(await bench.sources().checkoutGit(request, never())).toMatchObject({ configText: null });
    }
    const { request } = branched('folder', { '.drydock.yml': MAIN }, {});
    const { origin, request: broken } = branched('broken', {}, {});
    origin.write({ '.drydock.yml/x': 'x' }).commit('broken');
    await expect(bench.sources().checkoutGit(broken, never())).rejects.toMatchObject({
      code: 'config_invalid',
    });
    expect(await bench.sources().checkoutGit(request, never())).toMatchObject({ configText: MAIN });
  });

  it('runs a setup script only where both have one', async () => {
    const script = { '.drydock/setup.sh': 'true\n' };
    const { request: added } = branched('script-added', {}, script);
    expect(await bench.sources().checkoutGit(added, never())).toMatchObject({ hasSetupScript: false });
    const { request: kept } = branched('script-kept', script, { 'b.txt': 'b' });
    expect(await bench.sources().checkoutGit(kept, never())).toMatchObject({ hasSetupScript: true });
  });

  it('reads the settings of the default branch as it is now, also for a pinned commit', async () => {
    const { origin, request } = branched('later', { '.drydock.yml': MAIN }, { 'b.txt': 'b' });
    const { base } = await bench.sources().checkoutGit(request, never());
    origin.write({ '.drydock.yml': 'verify: [make]\n' }).commit('settings');
    const again = { ...bench.request('later', request), key: bench.key(), pinned: base };
    expect(await bench.sources().checkoutGit(again, never())).toMatchObject({
      ...{ configText: 'verify: [make]\n', base },
    });
  });

  it('fetches nothing more where the branch is the default one', async () => {
    bench.origin('same').write({ '.drydock.yml': MAIN }).commit();
    const request = bench.request('same', { ref: 'main', configFrom: 'default_branch' });
    expect(await bench.sources().checkoutGit(request, never())).toMatchObject({ configText: MAIN });
  });
});
