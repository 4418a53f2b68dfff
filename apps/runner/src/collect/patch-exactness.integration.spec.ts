import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRunnerRig, type RunnerRig } from '../testing/bundled-runner.ts';
import { CollectBench, git } from '../testing/collect-bench.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

const put = (folder: string, path: string | Buffer, content: string | Buffer): void => {
  const full =
    typeof path === 'string' ? join(folder, path) : Buffer.concat([Buffer.from(`${folder}/`), path]);
  if (typeof full === 'string') mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
};
const noise = (bytes: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 0xff));
const deep = `${'d/'.repeat(200)}f.txt`;

interface Case {
  readonly name: string;
  readonly before?: (folder: string) => void;
  readonly agent: (folder: string) => void;
  /** Paths of the workspace that must not be in the result. */
  readonly leftOut?: readonly string[];
  readonly files?: number;
  /** In one mode only. */
  readonly isSlow?: boolean;
}

const CASES: Case[] = [
  { name: 'text', agent: (f) => put(f, 'a.txt', 'one\n2\nthree\n') },
  { name: 'CRLF', before: (f) => put(f, 'w', 'a\r\nb\r\n'), agent: (f) => put(f, 'w', 'a\r\nB\r\n') },
  {
    name: 'mixed endings',
    before: (f) => put(f, 'w', 'a\r\nb\nc\rd\r\n'),
    agent: (f) => put(f, 'w', 'a\nb\r\nc\rD\r\n'),
  },
  { name: 'no newline at the end', before: (f) => put(f, 'w', 'a\nb'), agent: (f) => put(f, 'w', 'a\nb\nc') },
  {
    name: 'Latin-1',
    before: (f) => put(f, 'w', Buffer.from('caf\xe9\n', 'latin1')),
    agent: (f) => put(f, 'w', Buffer.from('th\xe9\n', 'latin1')),
  },
  {
    name: 'UTF-16',
    before: (f) => put(f, 'w', Buffer.from('\ufeffhi\r\n', 'utf16le')),
    agent: (f) => put(f, 'w', Buffer.from('\ufeffho\r\n', 'utf16le')),
  },
  { name: 'binary', before: (f) => put(f, 'b', noise(5000, 1)), agent: (f) => put(f, 'b', noise(5001, 2)) },
  { name: 'a new 50 MB binary', isSlow: true, agent: (f) => put(f, 'big', noise(50 * 1024 ** 2, 3)) },
  {
    name: 'empty files, new and made',
    agent: (f) => {
      put(f, 'e', '');
      put(f, 'a.txt', '');
    },
  },
  { name: 'delete', agent: (f) => unlinkSync(join(f, 'a.txt')) },
  { name: 'delete all', agent: (f) => rmSync(join(f, 'sub'), { recursive: true }) },
  { name: 'rename', agent: (f) => renameSync(join(f, 'a.txt'), join(f, 'sub/z.txt')), files: 2 },
  {
    name: 'rename with edit',
    agent: (f) => {
      unlinkSync(join(f, 'a.txt'));
      put(f, 'b.txt', 'one\nTWO\nthree\n');
    },
  },
  { name: 'chmod +x', agent: (f) => chmodSync(join(f, 'a.txt'), 0o755) },
  { name: 'chmod -x', agent: (f) => chmodSync(join(f, 'run.sh'), 0o644) },
  {
    name: 'odd modes',
    agent: (f) => {
      chmodSync(join(f, 'run.sh'), 0o4711);
      chmodSync(join(f, 'a.txt'), 0o666);
    },
    files: 0,
  },
  {
    name: 'symlinks new, retargeted, dangling',
    agent: (f) => {
      symlinkSync('a.txt', join(f, 'n'));
      unlinkSync(join(f, 'ln'));
      symlinkSync('/no/where', join(f, 'ln'));
    },
  },
  {
    name: 'file to directory',
    agent: (f) => {
      unlinkSync(join(f, 'a.txt'));
      put(f, 'a.txt/in', 'x');
    },
  },
  {
    name: 'directory to file',
    agent: (f) => {
      rmSync(join(f, 'sub'), { recursive: true });
      put(f, 'sub', 'x');
    },
  },
  {
    name: 'file to symlink',
    agent: (f) => {
      unlinkSync(join(f, 'a.txt'));
      symlinkSync('run.sh', join(f, 'a.txt'));
    },
  },
  {
    name: 'symlink to file',
    agent: (f) => {
      unlinkSync(join(f, 'ln'));
      put(f, 'ln', 'x');
    },
  },
  {
    name: 'directory to symlink',
    agent: (f) => {
      renameSync(join(f, 'sub'), join(f, 'other'));
      symlinkSync('other', join(f, 'sub'));
    },
  },
  {
    name: 'odd names',
    agent: (f) =>
      [
        'sp ace',
        'ta\tb',
        'qu"ote',
        "ap'os",
        'new\nline',
        '😀',
        '-x',
        ':(top)y',
        'a\\b',
        ' lead',
        'trail ',
        'a\u202eb',
        '*.txt',
        '[x]',
      ].forEach((n) => put(f, n, n)),
  },
  {
    name: 'odd names of the base changed',
    before: (f) => ['t\tb', 'n\nl', ':x', '\\'].forEach((n) => put(f, n, n)),
    agent: (f) => ['t\tb', 'n\nl', ':x'].forEach((n) => put(f, n, 'new')),
    files: 3,
  },
  {
    name: 'names that are no UTF-8',
    before: (f) => put(f, Buffer.from([0x66, 0xff]), 'x'),
    agent: (f) => {
      put(f, Buffer.from([0x66, 0xff]), 'y');
      put(f, Buffer.from([0xfe, 0x0a]), 'z');
    },
    files: 2,
  },
  { name: 'a path 200 deep', agent: (f) => put(f, deep, 'x') },
  { name: 'case-only rename', agent: (f) => renameSync(join(f, 'a.txt'), join(f, 'A.txt')), files: 2 },
  {
    name: 'ignored build output left out',
    before: (f) => put(f, '.gitignore', 'dist/\n*.log\n!keep.log\n/only-here\nx/*\n!x/keep\n'),
    agent: (f) =>
      [
        'dist/o.js',
        'deep/dist/o.js',
        'a.log',
        'keep.log',
        'only-here',
        'sub/only-here',
        'x/drop',
        'x/keep',
      ].forEach((p) => put(f, p, p)),
    leftOut: ['dist', 'deep', 'a.log', 'only-here', 'x/drop'],
    files: 3,
  },
  {
    name: 'a pattern for folders spares a file of that name',
    before: (f) => put(f, '.gitignore', 'out/\n'),
    agent: (f) => put(f, 'out', 'a file'),
    files: 1,
  },
  {
    name: 'tracked but ignored, changed',
    before: (f) => {
      put(f, '.gitignore', 'gen/\n');
      put(f, 'gen/t.js', '1');
    },
    agent: (f) => {
      put(f, 'gen/t.js', '2');
      put(f, 'gen/new.js', '3');
    },
    leftOut: ['gen/new.js'],
    files: 1,
  },
  {
    name: '.gitignore changed by the agent',
    before: (f) => {
      put(f, '.gitignore', 'old\n');
      put(f, 'sub/.gitignore', 'deep\n');
    },
    agent: (f) => {
      put(f, '.gitignore', 'new\na.txt\n*\n');
      put(f, 'new', '1');
      put(f, 'old', '1');
      put(f, 'sub/deep', '1');
      put(f, 'more/.gitignore', '*');
    },
    leftOut: ['old', 'sub/deep'],
    files: 3,
  },
  {
    name: '.gitattributes with eol, text=auto and a filter',
    before: (f) => {
      put(
        f,
        '.gitattributes',
        '*.txt text eol=crlf\n* text=auto\n*.c filter=evil ident\n*.u working-tree-encoding=UTF-16\n',
      );
      put(f, 'm.c', '$Id$\r\nx\n');
    },
    agent: (f) => {
      put(f, 'a.txt', 'one\r\ntwo\n');
      put(f, 'm.c', '$Id: 1$\r\ny\n');
      put(f, 'n.u', 'plain');
      git(f, 'config', 'filter.evil.clean', 'echo pwned; touch PWNED');
    },
    files: 3,
  },
  {
    name: '.git deleted',
    agent: (f) => {
      rmSync(join(f, '.git'), { recursive: true });
      put(f, 'a.txt', 'x');
    },
    files: 1,
  },
  {
    name: '.git a file',
    agent: (f) => {
      rmSync(join(f, '.git'), { recursive: true });
      put(f, '.git', 'gitdir: /etc');
      put(f, 'a.txt', 'x');
    },
    files: 1,
  },
  {
    name: '.git rewritten: hooks, monitor, exclude, flags in its index',
    agent: (f) => {
      put(f, '.git/info/exclude', '*');
      git(f, 'update-index', '--assume-unchanged', 'a.txt');
      git(f, 'update-index', '--skip-worktree', 'run.sh');
      put(f, 'a.txt', 'changed');
      put(f, 'run.sh', 'changed');
      git(f, 'config', 'core.fsmonitor', 'touch PWNED; false');
      put(f, 'new', 'x');
    },
    files: 3,
  },
  {
    name: 'commits and branches of the agent',
    agent: (f) => {
      put(f, 'a.txt', 'x');
      git(f, 'checkout', '-q', '-b', 'mine');
      git(f, 'commit', '-q', '-a', '-m', 'm');
      put(f, 'b', 'y');
    },
    files: 2,
  },
  { name: 'no change', agent: () => undefined, files: 0 },
  { name: 'touched only', agent: (f) => put(f, 'a.txt', 'one\ntwo\nthree\n'), files: 0 },
];

/** Without what must be left out, the workspace is the expected result. */
const expectedTree = (bench: CollectBench, leftOut: readonly string[]): string => {
  for (const path of ['.git', ...leftOut]) rmSync(join(bench.work, path), { recursive: true, force: true });
  return bench.treeOf(bench.work);
};

describe.each(['with the host’s stat data', 'without stat data'])('patch exactness %s', (mode) => {
  it.each(CASES)('$name', async ({ before, agent, leftOut = [], files }) => {
    const bench = new CollectBench(rig);
    bench.begin((folder) => {
      put(folder, 'a.txt', 'one\ntwo\nthree\n');
      put(folder, 'sub/b.txt', 'b\n');
      put(folder, 'run.sh', '#!/bin/sh\n');
      chmodSync(join(folder, 'run.sh'), 0o755);
      symlinkSync('a.txt', join(folder, 'ln'));
      before?.(folder);
    });
    if (mode.startsWith('with ')) bench.noteStats();
    agent(bench.work);
    const { done, patch } = await bench.collect();
    expect(done).toMatchObject({ ok: true, code: 'finished' });
    const { resultTree, baseTree, patchBytes } = done.collect!;
    expect(patchBytes).toBe(patch.length);
    expect(bench.applyAsClient(patch)).toBe(resultTree);
    expect(expectedTree(bench, leftOut)).toBe(resultTree);
    if (files !== undefined) expect(done.collect!.files).toBe(files);
    expect(resultTree === baseTree).toBe(patch.length === 0);
  });
});
