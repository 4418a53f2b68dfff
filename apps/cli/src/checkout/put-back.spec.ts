import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { remember } from './put-back.ts';

let home: string;
let root: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'drydock-put-back-'));
  root = join(home, 'root');
  await bash(
    'mkdir ../copies; mkdir d; echo a > a; echo run > d/run; chmod +x d/run; ln -s a link; echo mine > d/mine',
  );
});
afterEach(() => rm(home, { recursive: true }));

const bash = async (script: string): Promise<string> => {
  const whole = `mkdir -p '${root}' && cd '${root}' && ${script}`;
  return (await promisify(execFile)('bash', ['-euc', whole])).stdout;
};
/** Names, kinds, modes, targets and contents. */
const state = (): Promise<string> =>
  bash("find . -printf '%P %y %m %l\\n' | sort; find . -type f | sort | xargs sha256sum");

describe('what a change of files is undone by', () => {
  it.each([
    ['files that were written', 'echo b > a; echo b > d/run; chmod -x d/run'],
    ['files that were made, and their folders', 'mkdir -p new/deep; echo x > new/deep/file'],
    ['files that were removed, and their folders', 'rm -r a link d/run'],
    ['a file that became a folder', 'rm a; mkdir a; echo x > a/inside'],
    ['a file that became a link to another', 'rm a; ln -s d/mine a'],
    ['a link that became a file', 'rm link; echo x > link'],
    ['nothing at all', 'true'],
  ])('puts back %s', async (_what, change) => {
    const before = await state();
    const names = ['a', 'link', 'd/run', 'a/inside', 'new/deep/file', 'a/none/none'];
    const putBack = await remember(root, names, join(home, 'copies'));
    await bash(change);
    await putBack();
    expect(await state()).toBe(before);
  });
});
