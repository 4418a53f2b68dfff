import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProcessGroups } from '../process/process-groups.ts';
import { readBaseTree } from './base-tree.ts';
import { Git } from './git.ts';
import { openIgnoreRules, type IgnoreRules } from './ignore-rules.ts';

let root: string;
let scratch: string;
let rules: IgnoreRules;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'ignore-'));
  scratch = join(root, 'scratch');
  mkdirSync(scratch);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  writeFileSync(join(root, '.gitignore'), 'build/\n');
  git('add', '.gitignore');
  const groups = new ProcessGroups();
  const place = { gitDir: join(root, '.git'), workTree: scratch };
  rules = await openIgnoreRules(new Git(groups, place), readBaseTree(join(root, '.git/index')), groups);
});
afterEach(() => {
  rules.close();
  rmSync(root, { recursive: true });
});

const folder = (path: string) => ({ path, isFolder: true });

describe('the ignore rules of the base', () => {
  it('know folders from files, also where the base has a file named .gitignore', async () => {
    const asked = [folder('build'), { path: 'src/build', isFolder: false }, folder('.gitignore/x')];
    expect(await rules.ignored(asked)).toEqual([true, false, false]);
  });

  it('give no answer when they cannot tell a folder from a file', async () => {
    symlinkSync('loop', join(scratch, 'loop'));
    await expect(async () => rules.ignored([folder('loop/build')])).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
