import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import fc from 'fast-check';
import type { ArchiveEntry } from './archive-entry.ts';
import { ARCHIVE_LIMITS } from './archive-limits.ts';
import { planExtraction, type ExtractionPlan } from './plan-extraction.ts';

const LINK = 0o120777;

/** Entries one behind the other, as a sound archive has them. */
const entries = (...given: (string | null | Partial<ArchiveEntry>)[]): ArchiveEntry[] =>
  given.map((entry, index) => ({
    flags: 0x800,
    method: 0,
    crc32: 0,
    compressedBytes: 0,
    bytes: 0,
    unixMode: 0,
    offset: index * 10_000,
    ...(entry === null || typeof entry === 'string' ? { name: entry } : { name: 'a', ...entry }),
  }));

const plan = (given: ArchiveEntry[], root: string | null = null): ExtractionPlan =>
  planExtraction(given, root, ARCHIVE_LIMITS);

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('planExtraction refuses', () => {
  it.each([
    ...['../e', 'a/../../e', '/x', '//h/x', 'C:/x', 'c:x'].map((name) => ['Z01', name]),
    ...['..\\e', 'a\\b'].map((name) => ['Z02', name]),
    ...['a\0b', '', '.', 'a//b', 'a/./b', '..', './a'].map((name) => ['Z03', name]),
    ...['x'.repeat(256), 'é'.repeat(128), `${'d/'.repeat(2048)}f`].map((name) => ['Z04', name]),
    ['Z11', null],
  ])('%s %j', (_case, name) => {
    expect(codeOf(() => plan(entries('ok', name)))).toBe('archive_path');
  });

  it.each([
    ['a device (Z05)', entries({ name: 'd', unixMode: 0o020644 }), 'archive_entry_type'],
    ['a FIFO (Z05)', entries({ name: 'f', unixMode: 0o010644 }), 'archive_entry_type'],
    ['a link that is a folder', entries({ name: 'l/', unixMode: LINK }), 'archive_entry_type'],
    ['a link without a target', entries({ name: 'l', unixMode: LINK }), 'archive_entry_type'],
    [
      '.gitmodules as a link',
      entries({ name: '.gitmodules', unixMode: LINK, bytes: 1 }),
      'archive_entry_type',
    ],
    ['a file behind a link (Z06)', entries({ name: 'l', unixMode: LINK, bytes: 1 }, 'l/f'), 'archive_path'],
    ['a name twice (Z08)', entries('a', 'a'), 'archive_duplicate'],
    ['a file that is a folder (Z08)', entries('a', 'a/b'), 'archive_duplicate'],
    ['a folder that is a file (Z08)', entries('a/b/c', 'a/b'), 'archive_duplicate'],
    ['a file and a folder of one name (Z08)', entries('a', 'a/'), 'archive_duplicate'],
    ['an encrypted entry (Z15)', entries({ name: 'a', flags: 1 }), 'archive_invalid'],
    ['another method (Z15)', entries({ name: 'a', method: 12 }), 'archive_invalid'],
    ['200 MB of zeros (Z18)', entries({ bytes: 2e8, compressedBytes: 2e5 }), 'archive_bomb'],
    ['a file over 2 GiB (Z18)', entries({ bytes: 2 ** 31 + 1, compressedBytes: 2 ** 30 }), 'archive_bomb'],
    ['one body for two (Z19)', entries({ offset: 0 }, { name: 'b', offset: 0 }), 'archive_bomb'],
    ['nothing (Z22)', entries(), 'archive_empty'],
    ['nothing but a .git', entries('.git/config'), 'archive_empty'],
  ])('%s', (_name, given, code) => {
    expect(codeOf(() => plan(given))).toBe(code);
  });

  it('a sum over 4 GiB and a ratio over all (Z18)', () => {
    const large = Array.from({ length: 3 }, (_, i) => ({
      name: `f${String(i)}`,
      bytes: 1.5e9,
      compressedBytes: 1e8,
      offset: i * 2e8,
    }));
    expect(codeOf(() => plan(entries(...large)))).toBe('archive_bomb');
    const small = Array.from({ length: 1000 }, (_, i) => ({
      name: `f${String(i)}`,
      bytes: 20_000,
      compressedBytes: 50,
    }));
    expect(codeOf(() => plan(entries(...small)))).toBe('archive_bomb');
  });

  it('more entries or folders than allowed (Z20)', () => {
    const limits = { ...ARCHIVE_LIMITS, maxEntries: 3 };
    expect(codeOf(() => planExtraction(entries('a', 'b', 'c', 'd'), null, limits))).toBe(
      'archive_too_many_entries',
    );
    expect(codeOf(() => planExtraction(entries('a/b/c/d/e'), null, limits))).toBe('archive_too_many_entries');
  });
});

describe('planExtraction keeps', () => {
  const paths = (given: ArchiveEntry[], root: string | null = null): string[] =>
    plan(given, root).files.map((file) => file.path);

  it('names with tabs, newlines, case and Unicode twins (Z03, Z09)', () => {
    const names = ['t\tb', 'n\nl', 'a', 'A', '\u00e9', 'e\u0301', '-x', ' ', 'x'.repeat(255)];
    expect(paths(entries(...names))).toEqual(names);
  });

  it('only the executable bit (Z07)', () => {
    const { files } = plan(entries({ name: 's', unixMode: 0o104755 }, { name: 'w', unixMode: 0o100666 }));
    expect(files.map((file) => file.executable)).toEqual([true, false]);
  });

  it('a folder entry that carries data, as a folder (Z23)', () => {
    expect(plan(entries({ name: 'd/', bytes: 9, compressedBytes: 9 }, 'f')).folders).toEqual(['d']);
  });

  it.each(['.git/config', '.GIT/x', 'sub/.git', 'git~1/x', '.git./x', '.git::$INDEX_ALLOCATION/x'])(
    'all but %j (Z10)',
    (name) => {
      const result = plan(entries('a', name));
      expect(result).toMatchObject({ hasDotGit: true, files: [{ path: 'a' }] });
      expect(result.folders.filter((folder) => folder !== 'sub')).toEqual([]);
    },
  );

  it.each([
    ['the only folder is left out', ['shop-main/', 'shop-main/a', 'shop-main/s/b'], null, ['a', 's/b']],
    ['two folders stay', ['x/a', 'y/b'], null, ['x/a', 'y/b']],
    ['a twin at the top stays', ['x/a', 'xy'], null, ['x/a', 'xy']],
    ['a checkout with one folder stays', ['.git/config', 'src/a'], null, ['src/a']],
    ['a file alone stays', ['a'], null, ['a']],
    ['a root that is given', ['x/y/a', 'x/b'], 'x/y', ['a']],
    ['a root with slashes', ['x/y/a', 'x/b'], './x/', ['y/a', 'b']],
    ['the top, when it is given', ['x/a'], '.', ['x/a']],
  ])('%s', (_name, names, root, expected) => {
    expect(paths(entries(...names), root)).toEqual(expected);
  });

  it.each(['z', 'x/a', '../x', 'X'])('no root that is not there: %j', (root) => {
    expect(codeOf(() => plan(entries('x/a'), root))).toBe('archive_root_missing');
  });
});

describe('planExtraction always', () => {
  const component = fc.oneof(
    fc.constantFrom('a', 'b', '.git', '..', '.', '', 'C:', 'a\\b', '.GIT', 'é'),
    fc.string(),
  );
  const name = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

  it('stays inside, names each path once, and never takes a .git', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 6 }), fc.option(name), (names, root) => {
        let result: ExtractionPlan;
        try {
          result = plan(entries(...names), root);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          return;
        }
        const all = [...result.files.map((file) => file.path), ...result.folders];
        expect(new Set(all).size).toBe(all.length);
        for (const path of all)
          for (const part of path.split('/')) expect(['', '.', '..', '.git', '.GIT']).not.toContain(part);
        for (const { path } of result.files)
          if (path.includes('/')) expect(result.folders).toContain(path.slice(0, path.lastIndexOf('/')));
      }),
    );
  });
});
