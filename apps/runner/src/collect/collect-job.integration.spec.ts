import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRunnerRig, type RunnerRig } from '../testing/bundled-runner.ts';
import { CollectBench, git } from '../testing/collect-bench.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

const put = (folder: string, path: string, content = 'x\n'): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
};

const begin = (make: (folder: string) => void = () => undefined, submodule?: string): CollectBench => {
  const bench = new CollectBench(rig);
  bench.begin((folder) => {
    put(folder, 'a.txt', 'aaaa\n');
    make(folder);
  }, submodule);
  bench.noteStats();
  return bench;
};

const notices = (runner: { of(type: 'notice'): { code: string }[] }): string[] =>
  runner.of('notice').map(({ code }) => code);

describe('what collect leaves out or keeps', () => {
  it('takes the files of a nested repository and drops its .git, whatever that is', async () => {
    const bench = begin();
    for (const name of ['n', 'n/m']) {
      mkdirSync(join(bench.work, name));
      git(join(bench.work, name), 'init', '-q');
      put(bench.work, `${name}/f`);
    }
    put(bench.work, 'w/.git', 'gitdir: /etc\n');
    put(bench.work, 'w/.GIT/x');
    put(bench.work, 'w/f');
    const { runner, done, patch } = await bench.collect();
    expect(done.collect).toMatchObject({ files: 3 });
    expect(notices(runner)).toEqual(['nested_repository']);
    expect(bench.applyAsClient(patch)).toBe(done.collect!.resultTree);
  });

  it('takes tracked files of a folder that the agent made a repository', async () => {
    const bench = begin((f) => put(f, 'src/t.js'));
    git(join(bench.work, 'src'), 'init', '-q');
    put(bench.work, 'src/t.js', 'changed\n');
    const { runner, done } = await bench.collect();
    expect(done.collect).toMatchObject({ files: 1 });
    expect(notices(runner)).toEqual(['nested_repository']);
  });

  it.each([
    ['an empty folder', () => undefined, []],
    ['files in it', (work: string) => put(work, 'lib/sub/f'), ['submodule_kept']],
    ['no folder', (work: string) => rmSync(join(work, 'lib'), { recursive: true }), []],
    [
      'a file in its place',
      (work: string) => {
        rmSync(join(work, 'lib'), { recursive: true });
        put(work, 'lib');
      },
      ['submodule_kept'],
    ],
    ['another repository', (work: string) => git(join(work, 'lib/sub'), 'init', '-q'), ['submodule_kept']],
  ])('keeps a submodule as in the base: %s', async (_name, agent, codes) => {
    const bench = begin(undefined, 'lib/sub');
    agent(bench.work);
    put(bench.work, 'a.txt', 'bbbb\n');
    const { runner, done, patch } = await bench.collect();
    expect(done.collect).toMatchObject({ files: 1 });
    expect(notices(runner)).toEqual(codes);
    expect(patch.toString()).not.toContain('160000');
  });

  it('leaves pipes out and counts a file that became one as deleted', async () => {
    const bench = begin((f) => put(f, 'b.txt'));
    rmSync(join(bench.work, 'b.txt'));
    execFileSync('mkfifo', [join(bench.work, 'b.txt'), join(bench.work, 'p')]);
    const { runner, done } = await bench.collect();
    expect(done.collect).toMatchObject({ files: 1, deletions: 1 });
    expect(runner.of('notice')).toMatchObject([
      { code: 'special_file', message: expect.stringContaining('"p"') },
    ]);
  });

  it('names a few of what it leaves out, and counts the others', async () => {
    const bench = begin();
    execFileSync(
      'mkfifo',
      Array.from({ length: 12 }, (_, i) => join(bench.work, `p${String(i)}`)),
    );
    const { runner } = await bench.collect();
    expect(runner.of('notice')).toMatchObject([
      { message: expect.stringMatching(/(, "p\d+"){4} and 7 more\.$/) },
    ]);
  });

  it('leaves out names that no client could check out', async () => {
    const bench = begin();
    put(bench.work, 'git~1/x');
    put(bench.work, '.git /x');
    put(bench.work, '.gitx');
    const { runner, done } = await bench.collect();
    expect(done.collect).toMatchObject({ files: 1 });
    expect(notices(runner)).toEqual(['unsafe_name']);
  });

  it('does not enter ignored folders', async () => {
    const bench = begin((f) => put(f, '.gitignore', 'node_modules/\n'));
    const path = `${'x'.repeat(200)}/`.repeat(15);
    mkdirSync(join(bench.work, 'node_modules', path), { recursive: true });
    execFileSync('bash', [
      '-c',
      `cd '${join(bench.work, 'node_modules', path)}' && for i in 1 2 3 4 5 6 7; do mkdir ${'y'.repeat(200)} && cd ${'y'.repeat(200)}; done; touch f`,
    ]);
    const { done } = await bench.collect();
    expect(done).toMatchObject({ ok: true, collect: { files: 0, patchBytes: 0 } });
    execFileSync('rm', ['-rf', bench.work]);
  });

  it('sees a change that hides behind the old size and time', async () => {
    const bench = begin();
    const file = join(bench.work, 'a.txt');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'bbbb\n');
    utimesSync(file, atime, mtime);
    expect((await bench.collect()).done.collect).toMatchObject({ files: 1, insertions: 1, deletions: 1 });
  });

  it('works without trust in a broken index of the host', async () => {
    const bench = begin();
    writeFileSync(join(bench.base, 'drydock-index'), 'DIRC');
    put(bench.work, 'a.txt', 'bbbb\n');
    expect((await bench.collect()).done.collect).toMatchObject({ files: 1 });
  });
});

describe('what collect refuses', () => {
  it('a sparse file over the limit', async () => {
    const bench = begin();
    put(bench.work, 'huge');
    truncateSync(join(bench.work, 'huge'), 100 * 1024 ** 3);
    const { done } = await bench.collect();
    expect(done).toMatchObject({
      ok: false,
      code: 'collect_too_large',
      message: expect.stringContaining('"huge"'),
    });
  });

  it('a patch over the limit, and leaves none behind', async () => {
    const bench = begin();
    put(bench.work, 'long', 'line\n'.repeat(5000));
    const { done } = await bench.collect({ maxPatchBytes: 10_000 });
    expect(done).toMatchObject({ ok: false, code: 'collect_diff_too_large' });
    expect(existsSync(join(bench.out, 'diff.patch'))).toBe(false);
  });

  it('too many new files', async () => {
    const bench = begin();
    for (let i = 0; i < 20; i++) put(bench.work, `f${String(i)}`);
    expect((await bench.collect({ maxFiles: 10 })).done).toMatchObject({ code: 'collect_too_large' });
  });

  it('a path that is longer than the system allows', async () => {
    const bench = begin();
    const part = 'y'.repeat(200);
    execFileSync('bash', [
      '-c',
      `cd '${bench.work}' && for i in $(seq 25); do mkdir ${part} && cd ${part}; done; touch f`,
    ]);
    expect((await bench.collect()).done).toMatchObject({ code: 'collect_uncollectable' });
    execFileSync('rm', ['-rf', bench.work]);
  });

  it.each([
    ['a folder that some systems take for .git', (work: string) => put(work, '.g\u200cit/x'), 'it/x'],
    [
      'a link named .gitmodules',
      (work: string) => symlinkSync('a.txt', join(work, '.gitmodules')),
      '.gitmodules',
    ],
  ])('%s, by name', async (_name, agent, named) => {
    const bench = begin();
    agent(bench.work);
    const { done } = await bench.collect();
    expect(done).toMatchObject({ ok: false, code: 'collect_uncollectable' });
    expect(done.message).toContain(named);
  });

  it('a base that is not there', async () => {
    const { done } = await begin().collect({ baseCommit: '2'.repeat(40) });
    expect(done).toMatchObject({ ok: false, code: 'collect_failed' });
  });
});

describe('the directory for verify', () => {
  it('holds base and patch, raw, beside the host’s .git', async () => {
    const bench = begin((f) => {
      put(f, '.gitattributes', '* text eol=crlf\n');
      put(f, 'run.sh');
      put(f, 'gone');
    });
    git(bench.verify, 'clone', '-q', '--no-checkout', bench.base, '.');
    writeFileSync(join(bench.verify, '.git/info/attributes'), '* -text !eol\n');
    put(bench.work, 'new/f', 'a\r\nb\n');
    rmSync(join(bench.work, 'gone'));
    chmodSync(join(bench.work, 'run.sh'), 0o755);
    const { done } = await bench.collect({ verifyDirectory: bench.verify });
    expect(done.ok).toBe(true);
    expect(readFileSync(join(bench.verify, 'new/f'), 'latin1')).toBe('a\r\nb\n');
    expect(git(bench.verify, 'status', '--porcelain').split('\n').filter(Boolean)).toEqual([
      ' D gone',
      ' M run.sh',
      '?? new/',
    ]);
    rmSync(join(bench.verify, '.git'), { recursive: true });
    expect(bench.treeOf(bench.verify)).toBe(done.collect!.resultTree);
  });

  it('is exact also when git fills it by several processes', async () => {
    const bench = begin((f) => {
      for (let i = 0; i < 1500; i++) put(f, `d${String(i % 40)}/f${String(i)}`, `${String(i)}\r\n`);
      for (let i = 0; i < 20; i++) symlinkSync(`f${String(i)}`, join(f, `d0/l${String(i)}`));
      chmodSync(join(f, 'd1/f1'), 0o755);
    });
    rmSync(join(bench.work, 'd2'), { recursive: true });
    symlinkSync('d3', join(bench.work, 'd2'));
    put(bench.work, 'd5/new', 'new\n');
    const { done } = await bench.collect({ verifyDirectory: bench.verify });
    expect(done.ok).toBe(true);
    expect(bench.treeOf(bench.verify)).toBe(done.collect!.resultTree);
  });
});
