import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ArchiveExtractor, BasePin, CheckedOut } from '@drydock/engine';
import { never, Workbench } from './testing/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

const FILES: Readonly<Record<string, string | Buffer>> = {
  '.gitignore': 'dist/\n*.log\n',
  '.gitattributes': '* text eol=crlf\n*.id ident\n* filter=evil\n',
  'dist/out.js': 'built\n',
  'a.log': 'log\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'lf.txt': 'one\ntwo\n',
  'x.id': '$Id: old $\n',
  'large.bin': Buffer.alloc(2_000_000, 'abc\r\n'),
  empty: '',
  'we ird\n\t"\\x\u202e': 'odd',
  'sub/.drydock.yml': 'no config here',
  '.drydock.yml': 'verify: [make]\n',
};

/** Stands in for libs/archive, which this library may not import: writes files instead of unpacking. */
const writing = (files: typeof FILES): ArchiveExtractor => ({
  extract: ({ directory }) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content, { mode: name.endsWith('.js') ? 0o755 : 0o644 });
    }
    mkdirSync(join(directory, 'hollow'));
    symlinkSync('lf.txt', join(directory, 'link'));
    return Promise.resolve({ notices: [{ code: 'git_dir_skipped', message: 'm' }] });
  },
});

async function* noBytes(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(0));
}

const checkout = (pinned: BasePin | null = null, files = FILES, key = bench.key()): Promise<CheckedOut> =>
  bench
    .sources({ extractor: writing(files) })
    .checkoutZip({ key, root: null, archive: noBytes(), pinned }, never());

describe('GitSources.checkoutZip', () => {
  it('stores all files with their exact bytes, ignored or not', async () => {
    const key = bench.key();
    const result = await checkout(null, FILES, key);
    expect(result).toMatchObject({
      base: { ref: null, commit: null },
      configText: 'verify: [make]\n',
      notices: [{ code: 'git_dir_skipped' }],
    });
    const shown = (...args: string[]): string => bench.inWork(key, '-c', 'core.quotePath=true', ...args);
    const names = shown('ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0').slice(0, -1);
    expect(names.sort()).toEqual([...Object.keys(FILES), 'link'].sort());
    for (const [name, content] of Object.entries(FILES))
      if (name !== 'large.bin') expect(shown('cat-file', 'blob', `HEAD:${name}`)).toBe(content.toString());
    expect(shown('ls-tree', 'HEAD', 'link', 'dist/out.js')).toMatch(/^100755 .*\n120000 /);
    expect(shown('status', '--porcelain')).toBe('');
    expect(shown('rev-parse', 'HEAD^{tree}').trim()).toBe(result.base.tree);
    expect(shown('fsck', '--strict', '--full')).toBe('');
    expect(readFileSync(join(bench.area(key, 'work'), 'crlf.txt'), 'latin1')).toBe('one\r\ntwo\r\n');
    const user = process.getuid?.() === 0 ? 10_001 : process.getuid?.();
    for (const name of ['dist', 'dist/out.js', 'link', '.git/index'])
      expect(lstatSync(join(bench.area(key, 'work'), name)).uid).toBe(user);
  });

  it('makes the same commit of the same files, and refuses others under a pin', async () => {
    const first = await checkout();
    const second = await checkout(first.base);
    expect(second.baseCommit).toBe(first.baseCommit);
    await expect(checkout(first.base, { ...FILES, more: 'x' })).rejects.toMatchObject({
      code: 'source_invalid',
    });
  });

  it('takes an archive of folders only', async () => {
    const { base } = await checkout(null, {});
    expect(base.tree).toMatch(/^[0-9a-f]{40}$/);
  });
});
