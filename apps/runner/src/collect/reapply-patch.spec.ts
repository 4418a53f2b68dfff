import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CollectFailure } from './collect-failure.ts';
import { GitFailed } from './git.ts';
import { reapplyPatch } from './reapply-patch.ts';

const TREE = 'a'.repeat(40);
let directory: string;
let patch: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'reapply-'));
  patch = join(directory, 'diff.patch');
  writeFileSync(patch, 'a patch');
});
afterEach(() => rmSync(directory, { recursive: true }));

const applying = (end: Error | null, tree = TREE) =>
  reapplyPatch(
    {
      run: async () => {
        if (end !== null) throw end;
        return Buffer.alloc(0);
      },
      line: async () => tree,
    },
    patch,
    TREE,
  );

describe('the proof of a patch', () => {
  it('is given by equal trees', async () => {
    await applying(null);
    expect(existsSync(patch)).toBe(true);
  });

  it.each([
    ['another tree', applying.bind(null, null, 'b'.repeat(40))],
    [
      'a patch that does not apply',
      applying.bind(null, new GitFailed('git apply ended with 1: error: a.txt')),
    ],
  ])('is refused by %s, and no patch is left', async (_what, apply) => {
    const failure = await apply().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CollectFailure);
    expect(failure).toMatchObject({ code: 'collect_not_exact' });
    expect(existsSync(patch)).toBe(false);
  });

  it.each([
    'git apply ended with 128: fatal: unable to write loose object file: No space left on device',
    'git write-tree ended with 128: fatal: unable to create temporary file: Disk quota exceeded',
  ])('is not refused for want of room: %s', async (words) => {
    const failed = new GitFailed(words);
    await expect(applying(failed)).rejects.toBe(failed);
  });
});
