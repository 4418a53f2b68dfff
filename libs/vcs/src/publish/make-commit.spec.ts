import { describe, expect, it } from '@jest/globals';
import type { RunResult } from '../host/bounded-process.ts';
import { GitFailed } from '../host/git-host.ts';
import { makeTree, PatchNotExact, type PublishPlace } from './make-commit.ts';

const ended = (exitCode: number, stderr = ''): RunResult => ({
  exitCode,
  stdout: Buffer.alloc(0),
  stderr,
  stopped: null,
});

const applying = (stderr: string): Promise<void> => {
  const git: PublishPlace['git'] = { run: async () => ended(1, stderr), must: async () => ended(0) };
  const place = { git, gitDir: '/nowhere', signal: new AbortController().signal };
  return makeTree(place, 'diff.patch', { baseCommit: 'a'.repeat(40), tree: 'b'.repeat(40) });
};

describe('a patch that is applied for a delivery', () => {
  it('is at fault when it does not apply', async () => {
    await expect(applying('error: a.txt: patch does not apply')).rejects.toBeInstanceOf(PatchNotExact);
  });

  it('is not at fault when the disk is full', async () => {
    const full = applying('error: unable to write file .git/objects/tmp: No space left on device');
    await expect(full).rejects.toBeInstanceOf(GitFailed);
  });
});
