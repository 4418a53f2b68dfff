import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckedOut } from '@drydock/engine';
import type { GitSourcesOptions } from './git-sources.ts';
import type { Origin } from './testing/origin.ts';
import { never, Workbench } from './testing/workbench.ts';

let bench: Workbench;
let origin: Origin;
let blob = '';
beforeAll(async () => {
  bench = await Workbench.open();
  origin = bench.origin('hostile').write({ f: '1' });
  origin.commit();
  blob = origin.object('blob', 'content\n');
});
afterAll(() => bench.close());

const checkout = (ref: string, options: Partial<GitSourcesOptions> = {}): Promise<CheckedOut> =>
  bench.sources(options).checkoutGit(bench.request('hostile', { ref }), never());

const codeOf = (checkingOut: Promise<unknown>): Promise<string> =>
  checkingOut.then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  );

describe('trees that git itself would not make', () => {
  it.each(['.git', '.GIT', 'git~1', '..', '.', 'a/b'])('an entry %j (G19)', async (name) => {
    const inner = origin.tree(['100644', 'config', blob]);
    const branch = `named-${Buffer.from(name).toString('hex')}`;
    origin.branchOfTree(
      branch,
      name === 'a/b' ? origin.tree(['100644', name, blob]) : origin.tree(['40000', name, inner]),
    );
    expect(await codeOf(checkout(branch))).toBe('source_invalid');
  });

  it('a .gitmodules that runs a command or leads out (G20)', async () => {
    const files = {
      update: '[submodule "x"]\n\tpath = x\n\turl = https://h.example/x\n\tupdate = !touch /tmp/dd-pwned\n',
      name: '[submodule "../../x"]\n\tpath = x\n\turl = https://h.example/x\n',
      url: '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n',
    };
    for (const [branch, text] of Object.entries(files)) {
      origin.branchOfTree(branch, origin.tree(['100644', '.gitmodules', origin.object('blob', text)]));
      expect(await codeOf(checkout(branch))).toBe('source_invalid');
    }
    expect(existsSync('/tmp/dd-pwned')).toBe(false);
  });

  it('a .gitmodules that is a link (G21)', async () => {
    origin.branchOfTree('linked-modules', origin.tree(['120000', '.gitmodules', origin.object('blob', 'f')]));
    expect(await codeOf(checkout('linked-modules'))).toBe('source_invalid');
  });

  it('10^10 paths, with files or without, in little time (G18)', async () => {
    for (const leaf of [blob, '']) {
      let tree = leaf === '' ? origin.tree() : origin.tree(['100644', 'f', blob]);
      for (let level = 0; level < 10; level++)
        tree = origin.tree(...Array.from('0123456789', (name) => ['40000', name, tree] as const));
      origin.branchOfTree(`bomb${String(leaf.length)}`, tree);
      const started = performance.now();
      expect(await codeOf(checkout(`bomb${String(leaf.length)}`))).toBe('repo_too_many_files');
      expect(performance.now() - started).toBeLessThan(30_000);
    }
  });

  it('more bytes than allowed, counted before any is written (G17)', async () => {
    const zeros = origin.object('blob', Buffer.alloc(3_000_000));
    origin.branchOfTree(
      'zeros',
      origin.tree(...Array.from('abcdef', (name) => ['100644', name, zeros] as const)),
    );
    const key = bench.key();
    const sources = bench.sources({ limits: { maxUnpackedBytes: 10_000_000 } });
    expect(
      await codeOf(sources.checkoutGit({ ...bench.request('hostile', { ref: 'zeros' }), key }, never())),
    ).toBe('repo_too_large');
    expect(readdirSync(bench.area(key, 'work'))).toEqual([]);
  });
});

describe('what the platform reads of a base', () => {
  const withFile = (
    branch: string,
    mode: string,
    name: string,
    content: string | Buffer,
  ): Promise<CheckedOut> => {
    origin.branchOfTree(branch, origin.tree([mode, name, origin.object('blob', content)]));
    return checkout(branch);
  };

  it('takes .drydock.yml from a regular file only (G22, G23)', async () => {
    expect((await withFile('c1', '100644', '.drydock.yml', 'setup: [x]\n')).configText).toBe('setup: [x]\n');
    expect((await withFile('c2', '100755', '.drydock.yml', 'a: 1')).configText).toBe('a: 1');
    expect((await withFile('c3', '100644', '.drydock.yml', 'x'.repeat(65_536))).configText).toHaveLength(
      65_536,
    );
    expect(await codeOf(withFile('c4', '120000', '.drydock.yml', '/etc/passwd'))).toBe('config_invalid');
    expect(await codeOf(withFile('c5', '100644', '.drydock.yml', 'x'.repeat(65_537)))).toBe('config_invalid');
    expect(await codeOf(withFile('c6', '100644', '.drydock.yml', Buffer.from([0xff])))).toBe(
      'config_invalid',
    );
    origin.branchOfTree('c7', origin.tree(['40000', '.drydock.yml', origin.tree(['100644', 'a', blob])]));
    expect(await codeOf(checkout('c7'))).toBe('config_invalid');
  });

  it('cuts AGENTS.md, and follows no link for it', async () => {
    expect((await withFile('a1', '100644', 'AGENTS.md', 'y'.repeat(70_000))).agentsMd).toHaveLength(65_536);
    expect((await withFile('a2', '120000', 'AGENTS.md', '/etc/passwd')).agentsMd).toBeNull();
  });

  it('sees .drydock/setup.sh when it is a file', async () => {
    for (const [mode, expected] of [
      ['100755', true],
      ['120000', false],
    ] as const) {
      const inner = origin.tree([mode, 'setup.sh', blob]);
      origin.branchOfTree(`s${mode}`, origin.tree(['40000', '.drydock', inner]));
      expect((await checkout(`s${mode}`)).hasSetupScript).toBe(expected);
    }
  });

  it('leaves LFS pointers and submodules as they are, and says so (G28)', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
    const tree = origin.tree(
      ['100644', '.gitattributes', origin.object('blob', '*.bin filter=lfs diff=lfs merge=lfs -text\n')],
      ['100644', 'x.bin', origin.object('blob', pointer)],
      ['160000', 'zub', 'a'.repeat(40)],
    );
    origin.branchOfTree('lfs', tree);
    const request = bench.request('hostile', { ref: 'lfs' });
    const { notices, base } = await bench.sources().checkoutGit(request, never());
    expect(notices.map(({ code }) => code)).toEqual(['submodules_skipped', 'lfs_skipped']);
    expect(base.tree).toBe(tree);
    const work = bench.area(request.key, 'work');
    expect(readFileSync(join(work, 'x.bin'), 'utf8')).toBe(pointer);
    expect(readdirSync(join(work, 'zub'))).toEqual([]);
    expect(bench.inWork(request.key, 'status', '--porcelain')).toBe('');
  });
});

describe('surroundings', () => {
  it('a hostile repository above all directories is never looked at (G26)', async () => {
    const marker = join(bench.temp, 'pwned');
    const hook = `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch ${marker}\n\thooksPath = ${bench.temp}/hooks\n[include]\n\tpath = ${bench.temp}/more\n`;
    for (const folder of ['.git/objects', '.git/refs', 'hooks'])
      mkdirSync(join(bench.temp, folder), { recursive: true });
    writeFileSync(join(bench.temp, '.git/HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(join(bench.temp, '.git/config'), hook);
    for (const name of ['post-checkout', 'reference-transaction', 'post-index-change'])
      writeFileSync(join(bench.temp, 'hooks', name), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    expect(await codeOf(checkout('main', { mirrorsDirectory: join(bench.temp, 'mirrors-under') }))).toBe(
      'accepted',
    );
    expect(existsSync(marker)).toBe(false);
  });

  it('files that stood in the areas are gone', async () => {
    const request = bench.request('hostile', { ref: 'main' });
    writeFileSync(join(bench.area(request.key, 'work'), 'left-over'), 'x');
    await bench.sources().checkoutGit(request, never());
    expect(readdirSync(bench.area(request.key, 'work')).sort()).toEqual(['.git', 'f']);
  });
});
