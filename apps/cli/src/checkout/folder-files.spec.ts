import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderFiles } from './folder-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drydock-folder-'));
});
afterEach(() => rm(root, { recursive: true }));

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
};

describe('a folder without git', () => {
  it('gives what git would track', async () => {
    await write({
      '.gitignore': 'node_modules/\n*.log\n!keep.log\n/build\nspace\\ \n# comment\n',
      'a.txt': '',
      'debug.log': '',
      'keep.log': '',
      'node_modules/x/index.js': '',
      'build/out.js': '',
      'src/build/kept.js': '',
      'src/.gitignore': 'secret*\n!*.log\n',
      'src/secret.txt': '',
      'src/again.log': '',
      'src/deep/secret2': '',
      'src/größe.txt': '',
      'other/.gitignore': '*\n!.gitignore\n',
      'other/file': '',
    });
    const ours = await folderFiles(root, []);
    const git = promisify(execFile);
    await git('git', ['init', '-q'], { cwd: root });
    const { stdout } = await git('git', ['ls-files', '-z', '--others', '--exclude-standard'], { cwd: root });
    expect(ours).toEqual(stdout.split('\0').filter(Boolean).sort());
    expect(ours).toContain('src/again.log');
  });
});
