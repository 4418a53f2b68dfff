import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bash, commitAll, git, initRaw } from '../../e2e/system/repositories.ts';
import { patchProblem } from './parse-patch.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drydock-patch-'));
  await initRaw(directory);
  await bash(
    directory,
    'seq 40 > numbers; printf "no end" > open; ln -s numbers link; echo gone > gone; : > empty',
  );
  await commitAll(directory);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const patchAfter = async (script: string): Promise<string> => {
  await bash(directory, `git checkout -q . && git clean -qfd && ${script} && git add -A`);
  const patch = await git(directory, 'diff', '--cached', '--binary', '--full-index', 'HEAD');
  await git(directory, 'reset', '-q', '--hard');
  return `${patch}\n`;
};

describe('the reader of patches', () => {
  it.each([
    ['two hunks of one file', 'sed -i "3s/.*/x/; 30d" numbers'],
    ['a file without a last newline', 'printf "still no end" > open'],
    [
      'lines that look like a header',
      'printf -- "--- a/x\\n+++ b/x\\n@@ -1 +1 @@\\ndiff --git a b\\n" >> numbers',
    ],
    ['a new, a deleted and an emptied file', 'echo new > new; rm gone; : > numbers'],
    ['a mode and a link', 'chmod +x numbers; ln -sf open link'],
    ['names with spaces and quotes', `echo x > 'a "b" c'`],
    ['binary bytes', `echo ${randomBytes(3000).toString('base64')} | base64 -d > binary`],
  ])('takes what git writes of %s', async (_what, script) => {
    const patch = await patchAfter(script);
    expect(patch.startsWith('diff --git')).toBe(true);
    expect(patchProblem(patch)).toBeNull();
  });

  it('takes the empty patch', () => {
    expect(patchProblem('')).toBeNull();
  });

  it('refuses a patch that is cut off at any line, or in one', async () => {
    const patch = await patchAfter('sed -i "3s/.*/x/" numbers');
    const lines = patch.split('\n');
    const hunk = lines.findIndex((line) => line.startsWith('@@'));
    for (let kept = hunk + 1; kept < lines.length - 1; kept++)
      expect(patchProblem(`${lines.slice(0, kept).join('\n')}\n`)).toMatch(/not as long/);
    expect(patchProblem(patch.slice(0, -1))).toBe('it is cut off');
  });

  it('refuses what is no patch, at its beginning and later', async () => {
    const patch = await patchAfter('rm gone');
    expect(patchProblem('hello\n')).toBe('it does not begin with a file');
    expect(patchProblem(`${patch}and more\n`)).toMatch(/is not a patch's/);
  });
});
