import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '@drydock/testing';
import pg from 'pg';
import { bash, git } from '../system/repositories.ts';
import { startSystem, type System } from '../system/start-system.ts';
import { ended, Person } from './run-command.ts';
import { seedPatch } from './seed-patch.ts';

let system: System;
let database: pg.Client;
let person: Person;
let folder: string;

beforeAll(async () => {
  system = await startSystem({ workers: 0 });
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await system.stop();
});

const LINES = Array.from({ length: 30 }, (_, at) => `line ${String(at)}\n`);

beforeEach(async () => {
  person = await Person.of(system);
  folder = await person.folder('shop');
  await writeFile(join(folder, 'a.txt'), LINES.join(''));
  await writeFile(join(folder, 'b.txt'), 'b\n');
  await writeFile(join(folder, 'größe.txt'), 'ä\n');
  await git(folder, 'init', '-q', '-b', 'main');
  await git(folder, 'add', '-A');
  await git(folder, 'commit', '-q', '-m', 'first');
});
afterEach(() => person.leave());

/** The patch that a script makes of what is committed, as Drydock makes patches. @returns the id of its task. */
const patched = async (script: string): Promise<string> => {
  const other = await person.folder('other');
  await git(other, 'clone', '-q', folder, '.');
  await bash(other, script);
  await git(other, 'add', '-A');
  const { stdout } = await promisify(execFile)(
    'git',
    ['diff', '--cached', '--binary', '--full-index', '-M'],
    {
      cwd: other,
      encoding: 'buffer',
    },
  );
  return seedPatch(system, database, stdout);
};
/** Everything that a failed apply must not touch. */
const state = async (): Promise<string[]> => [
  await git(folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=all'),
  await git(folder, 'branch', '--list'),
  await git(folder, 'diff', '--binary'),
  await git(folder, 'diff', '--binary', '--cached'),
];
const apply = (id: string, ...more: string[]) => person.run(['apply', id, ...more], { cwd: folder });

describe('drydock apply', () => {
  it('changes, adds, deletes, renames, and leaves what is staged alone', async () => {
    const id = await patched(
      "sed -i 's/line 5$/five/' a.txt; git rm -q b.txt; git mv größe.txt 'neue größe.txt'; printf '\\0\\1' > bin; chmod +x bin",
    );
    await writeFile(join(folder, 'mine.txt'), 'staged');
    await git(folder, 'add', 'mine.txt');
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await bash(
      folder,
      "grep -qx five a.txt; test ! -e b.txt; test -e 'neue größe.txt'; test -x bin; test ! -e größe.txt",
    );
    expect(await git(folder, 'diff', '--cached', '--name-only')).toBe('mine.txt');
    const again = await apply(id);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('it is applied already');
  });

  it('merges with other changes in the same file, committed or not, and keeps both', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await bash(folder, "sed -i 's/line 7$/seven/; 1i above' a.txt");
    await bash(folder, 'echo staged >> b.txt; git add b.txt; echo unstaged >> b.txt');
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('merged with what has changed') as unknown,
    });
    const text = await readFile(join(folder, 'a.txt'), 'utf8');
    expect(text).toContain('line 4\nfive\nline 6\nseven\n');
    expect(text.startsWith('above\n')).toBe(true);
    expect(await git(folder, 'diff', '--cached')).toContain('+staged');
    expect(await git(folder, 'diff')).toContain('+unstaged');
  });

  it('names the files of a conflict and leaves everything as it was', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt; echo more >> b.txt; echo x > new.txt");
    await bash(
      folder,
      "sed -i 's/line 5$/mine/' a.txt; echo untracked > new.txt; echo other > b2.txt; git add b2.txt",
    );
    const before = await state();
    const { code, stderr } = await apply(id);
    expect(code).toBe(1);
    expect(stderr).toContain('does not apply');
    expect(stderr).toMatch(/^ {2}a\.txt$/m);
    expect(stderr).toContain('Nothing was changed.');
    expect(await state()).toEqual(before);
    expect(await readFile(join(folder, 'new.txt'), 'utf8')).toBe('untracked\n');
  });

  it('never writes over a file that nobody has committed, nor over an ignored one', async () => {
    const id = await patched('echo theirs > new.txt');
    await bash(folder, 'echo mine > new.txt');
    for (const ignore of ['', 'new.txt\n']) {
      await writeFile(join(folder, '.git/info/exclude'), ignore);
      const { code, stderr } = await apply(id);
      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toContain('new.txt');
      expect(await readFile(join(folder, 'new.txt'), 'utf8')).toBe('mine\n');
    }
  });

  it('puts it on a new branch, as a commit when nothing else was changed', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    expect(await apply(id, '--branch', 'fix/five')).toMatchObject({ code: 0 });
    expect(await git(folder, 'log', '--format=%s|%an', 'main..fix/five')).toBe('Change some files|A Person');
    expect(await git(folder, 'status', '--porcelain')).toBe('');
    expect(await apply(id, '--branch', 'fix/five')).toMatchObject({ code: 2 });
  });

  it('goes back to where it was when the branch cannot take the patch', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await bash(folder, "sed -i 's/line 5$/mine/' a.txt");
    const before = await state();
    const { code } = await apply(id, '--branch', 'fix');
    expect(code).toBe(1);
    expect(await state()).toEqual(before);
  });

  it('works in a folder that is no checkout, and tells a conflict there too', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await bash(folder, 'rm -rf .git');
    expect(await apply(id, '--branch', 'x')).toMatchObject({ code: 2 });
    expect(await apply(id)).toMatchObject({ code: 0 });
    await bash(folder, 'grep -qx five a.txt');
    await writeFile(join(folder, 'a.txt'), 'another\n');
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('  a.txt\n') as unknown,
    });
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('another\n');
  });
});

describe('drydock apply in an unusual place', () => {
  it('changes the folder that it is started in, although a checkout further up ignores it', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await git(person.home, 'init', '-q');
    await writeFile(join(person.home, '.gitignore'), '*\n');
    await bash(folder, 'rm -rf .git');
    expect(await apply(id)).toMatchObject({ code: 0 });
    await bash(folder, 'grep -qx five a.txt');
  });

  it('changes files of a submodule, which were sent too', async () => {
    const library = await person.folder('library');
    await bash(library, 'git init -q -b main; echo one > lib.txt; git add .; git commit -qm first');
    await git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    await git(folder, 'commit', '-q', '-m', 'submodule');
    const sent = await person.folder('sent');
    await bash(
      sent,
      `git init -q; mkdir lib; echo one > lib/lib.txt; git add .; git commit -qm base; echo two > lib/lib.txt`,
    );
    const patch = await git(sent, 'diff', '--binary', '--full-index');
    const id = await seedPatch(system, database, Buffer.from(`${patch}\n`));
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'lib/lib.txt'), 'utf8')).toBe('two\n');
  });

  it('keeps the line ends of a checkout that converts them', async () => {
    const crlf = LINES.join('').replaceAll('\n', '\r\n');
    await git(folder, 'config', 'core.autocrlf', 'true');
    await writeFile(join(folder, 'a.txt'), crlf);
    await bash(folder, 'git add a.txt');
    const sent = await person.folder('sent');
    await writeFile(join(sent, 'a.txt'), crlf);
    const change = "sed -i 's/line 5\\r$/five\\r/' a.txt; git diff --full-index > ../crlf.patch";
    await bash(sent, `git init -q; git add .; git commit -qm base; ${change}`);
    const id = await seedPatch(system, database, await readFile(join(person.home, 'crlf.patch')));
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe(crlf.replace('line 5\r', 'five\r'));
  });
});

describe('drydock apply where files cannot be written, or hide', () => {
  it('leaves everything as it was when one of the files cannot be written', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt; mkdir out; echo x > out/new; git rm -q b.txt");
    // In the place of a folder, where `git apply --check` does not look.
    await bash(folder, 'echo out > .git/info/exclude; echo mine > out');
    const before = await state();
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toContain('out/new');
    expect(stderr).toContain('Nothing was changed.');
    expect(await state()).toEqual(before);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('mine\n');
  });

  it('never removes an ignored file for a folder when it merges', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt; mkdir out; echo x > out/new");
    await bash(folder, "sed -i 's/line 7$/seven/' a.txt; echo out > .git/info/exclude; echo mine > out");
    const before = await state();
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('  out/new\n') as unknown });
    expect(await state()).toEqual(before);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('mine\n');
  });

  it('names a file that has become something else', async () => {
    const id = await patched('echo more >> b.txt');
    await bash(folder, 'rm b.txt; ln -s a.txt b.txt');
    const before = await state();
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('b.txt') as unknown });
    expect(await state()).toEqual(before);
  });

  it('commits no file that a setting hides from the status', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await git(folder, 'config', 'status.showUntrackedFiles', 'no');
    await writeFile(join(folder, 'private.txt'), 'mine');
    const { code, stderr } = await apply(id, '--branch', 'five');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Not committed') as unknown,
    });
    expect(await git(folder, 'log', '--format=%s', 'five')).toBe('first');
  });

  it('merges beside a repository that has no commit yet', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await bash(folder, "sed -i 's/line 7$/seven/' a.txt; git init -q nested; echo x > nested/file");
    const { code, stderr } = await apply(id);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toContain('five\nline 6\nseven\n');
  });

  it('goes back to a branch without a commit', async () => {
    const id = await patched("sed -i 's/line 5$/five/' a.txt");
    await bash(folder, 'rm -rf .git; git init -q -b main; echo another > a.txt');
    const before = await git(folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=all');
    const { code, stderr } = await apply(id, '--branch', 'five');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('  a.txt\n') as unknown });
    expect(await git(folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=all')).toBe(before);
  });
});

describe('drydock diff and artifacts', () => {
  it('give exact bytes where nobody looks', async () => {
    const id = await patched("printf 'gr\\366\\337e\\r\\n' > latin1.txt");
    const { bytes } = await person.run(['diff', id]);
    expect(bytes.includes(Buffer.from('+gr\xf6\xdfe\r\n', 'latin1'))).toBe(true);
    const path = join(person.home, 'taken/');
    await person.folder('taken');
    const out = await person.succeed(['artifacts', id, 'diff.patch', '-o', path]);
    expect(await readFile(out.trim())).toEqual(bytes);
    const folderOf = await person.succeed(['artifacts', id, 'diff.patch', '-o', join(person.home, 'taken')]);
    expect(folderOf).toBe(out);
    const { contentBase64 } = await person.json<{ contentBase64: string }>(['artifacts', id, 'diff.patch']);
    expect(Buffer.from(contentBase64, 'base64')).toEqual(bytes);
    const { code, stderr } = await person.run(['artifacts', id, 'agent.log']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There are: diff.patch') as unknown,
    });
  });

  it('let no file drive the terminal', async () => {
    const id = await patched("printf 'x\\033]0;owned\\007\\033[2Jy\\n' > evil.txt");
    for (const args of [
      ['diff', id],
      ['artifacts', id, 'diff.patch'],
    ]) {
      const { code, stdout } = await ended(person.atTerminal(args));
      expect(code).toBe(0);
      expect(stdout).toContain('+xy');
      expect(stdout).not.toContain('owned');
    }
  });

  it('say that what they are written to is full', async () => {
    const id = await patched("printf 'x' > new.txt");
    const cli = `'${process.execPath}' '${join(ROOT, 'dist/cli.mjs')}'`;
    const env = {
      ...process.env,
      HOME: person.home,
      DRYDOCK_URL: system.url,
      DRYDOCK_API_KEY: system.apiKey,
    };
    const full = promisify(execFile)('bash', ['-c', `${cli} diff ${id} > /dev/full`], { env });
    await expect(full).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('standard output takes nothing more: ENOSPC') as unknown,
    });
  });
});
