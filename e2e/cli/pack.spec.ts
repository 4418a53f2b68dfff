import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bash, git } from '../system/repositories.ts';
import { startSystem, type System } from '../system/start-system.ts';
import { Person } from './run-command.ts';
import { unzip } from './unzip.ts';

let system: System;
let person: Person;
let folder: string;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system.stop());
beforeEach(async () => {
  person = await Person.of(system);
  folder = await person.folder('shop');
});
afterEach(() => person.leave());

const write = async (root: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
};
const commit = async (root: string): Promise<void> => {
  await git(root, 'init', '-q', '-b', 'main');
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'first');
};

/** Submits the folder. @returns what the api got: a folder with the unpacked ZIP. */
const sent = async (cwd = folder, more: readonly string[] = []): Promise<string> => {
  const id = (await person.succeed(['run', 'x', '--detach', ...more, '--', 'true'], { cwd })).trim();
  const zip = join(system.dataDirectory, 'artifacts', 'tasks', id, 'input.zip');
  const target = await person.folder('unpacked');
  await unzip(zip, target);
  return target;
};
const namesIn = async (root: string): Promise<string[]> => {
  const { stdout } = await promisify(execFile)(
    'find',
    ['.', '(', '-type', 'f', '-o', '-type', 'l', ')', '-printf', '%P\\n'],
    {
      cwd: root,
      maxBuffer: 16 * 1024 ** 2,
    },
  );
  return stdout.split('\n').filter(Boolean).sort();
};

describe('what drydock run sends', () => {
  it('is the working tree with uncommitted changes, renames, new and without deleted and ignored files', async () => {
    await write(folder, {
      'a.txt': 'one',
      'old name.txt': 'moved',
      'gone.txt': '',
      'src/größe.txt': 'ä',
      '.gitignore': '*.log\ndist/\n',
    });
    await write(folder, { 'kept.log': 'tracked although ignored' });
    await commit(folder);
    await git(folder, 'add', '-f', 'kept.log');
    await git(folder, 'mv', 'old name.txt', 'new name.txt');
    await rm(join(folder, 'gone.txt'));
    await write(folder, { 'a.txt': 'two', 'new.txt': 'untracked', 'debug.log': '', 'dist/out.js': '' });
    await write(folder, { 'run.sh': '#!/bin/sh\n' });
    await chmod(join(folder, 'run.sh'), 0o755);
    await symlink('a.txt', join(folder, 'link'));
    const got = await sent(join(folder, 'src'));
    expect(await namesIn(got)).toEqual(
      [
        '.gitignore',
        'a.txt',
        'kept.log',
        'link',
        'new name.txt',
        'new.txt',
        'run.sh',
        'src/größe.txt',
      ].sort(),
    );
    await bash(
      got,
      'test "$(cat a.txt)" = two; test "$(readlink link)" = a.txt; test -x run.sh; test ! -x a.txt',
    );
  });

  it('holds the files of submodules, and a word on those that are not there', async () => {
    const library = await person.folder('library');
    await write(library, { 'lib.txt': 'of the library' });
    await commit(library);
    await write(folder, { 'a.txt': 'one' });
    await commit(folder);
    for (const name of ['lib', 'absent'])
      await git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, name);
    await git(folder, 'commit', '-q', '-m', 'submodules');
    await git(folder, 'submodule', '--quiet', 'deinit', '-f', 'absent');
    await write(folder, { 'lib/new.txt': 'uncommitted' });
    await git(await person.folder('shop/nested'), 'init', '-q');
    await write(folder, { 'nested/file': '' });
    const { stderr, stdout } = await person.run(['run', 'x', '--detach', '--', 'true'], { cwd: folder });
    expect(stderr).toContain(
      'The submodule absent is not checked out and is left out: git submodule update --init',
    );
    expect(stderr).toContain('nested/ is a repository of its own and is left out.');
    expect(stdout).toMatch(/^task_\w+\n$/);
    expect(await namesIn(await sent())).toEqual(['.gitmodules', 'a.txt', 'lib/lib.txt', 'lib/new.txt']);
  });

  it('is 10,000 files, each as it is', async () => {
    await bash(
      folder,
      'for d in $(seq 100); do mkdir d$d; for f in $(seq 100); do echo $d $f > d$d/f$f; done; done',
    );
    await commit(folder);
    await write(folder, { 'd7/f7': 'changed' });
    const got = await sent();
    await bash(got, `diff -r --exclude=.git . '${folder}'`);
    expect(await namesIn(got)).toHaveLength(10_000);
  });

  it('is what git sees where a folder has become a link, with a word on names that no ZIP can hold', async () => {
    await write(folder, { 'lib/a.txt': 'one', 'b\\c.txt': 'odd', 'd:e.txt': 'odd' });
    await bash(folder, "printf x > $'gr\\xf6\\xdfe'");
    await commit(folder);
    await bash(folder, 'mv lib real; ln -s real lib');
    const { code, stderr } = await person.run(['run', 'x', '--detach', '--', 'true'], { cwd: folder });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const name of ['b\\c.txt', 'd:e.txt', 'gr\uFFFD\uFFFDe'])
      expect(stderr).toContain(`note: ${name} cannot be sent and is left out.`);
    expect(await namesIn(await sent())).toEqual(['lib', 'real/a.txt']);
  });

  it('is a folder without git by its ignore files alone, also where there is no git program', async () => {
    await write(folder, {
      '.gitignore': 'node_modules/\n*.log\n',
      'a.txt': '',
      'x.log': '',
      'node_modules/y/z.js': '',
      'src/.gitignore': '!x.log\n',
      'src/x.log': '',
    });
    const wanted = ['.gitignore', 'a.txt', 'src/.gitignore', 'src/x.log'];
    expect(await namesIn(await sent())).toEqual(wanted);
    const empty = await person.folder('empty-path');
    const env = { PATH: empty };
    const { code } = await person.run(['run', 'x', '--detach', '--', 'true'], { cwd: folder, env });
    expect(code).toBe(0);
  });

  it('is this folder, not a checkout further up that ignores it', async () => {
    await git(person.home, 'init', '-q');
    await writeFile(join(person.home, '.gitignore'), '*\n');
    await write(folder, { 'a.txt': '' });
    expect(await namesIn(await sent())).toEqual(['a.txt']);
  });

  it('is refused with a hint when there is nothing', async () => {
    const { code, stderr } = await person.run(['run', 'x', '--', 'true'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(`--dir: there is no file in ${folder}`);
  });
});
