import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Notices } from './notices.ts';
import { WorkspaceWalk } from './walk-workspace.ts';

const FILES = 25_000;
const FOLDERS = 20;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'walk-'));
  for (const name of ['files', 'folders']) mkdirSync(join(root, name));
  for (let i = 0; i < FILES; i++) closeSync(openSync(join(root, 'files', String(i)), 'w'));
  for (let i = 0; i < FOLDERS; i++) mkdirSync(join(root, 'folders', String(i)));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Of a base without a file. @returns also how many paths were asked about at once. */
const walk = (folder: string, { maxFiles, isIgnored }: { maxFiles: number; isIgnored: boolean }) => {
  const asked: number[] = [];
  const run = new WorkspaceWalk({
    root: join(root, folder),
    base: { files: new Map(), folders: new Set(), submodules: new Set(), submoduleParents: new Set() },
    trusted: new Map(),
    rules: {
      ignored: (candidates) => {
        asked.push(candidates.length);
        return Promise.resolve(candidates.map(() => isIgnored));
      },
      close: () => undefined,
    },
    notices: new Notices(),
    limits: { maxFiles, maxFileBytes: 1000, maxPatchBytes: 1000 },
    signal: new AbortController().signal,
  }).run();
  return { run, asked };
};

describe('the walk of a workspace', () => {
  it('asks about a heap of new files piece by piece, and stops when there are too many', async () => {
    const { run, asked } = walk('files', { maxFiles: 100, isIgnored: false });
    await expect(run).rejects.toMatchObject({ code: 'collect_too_large' });
    expect(asked).toEqual([10_000]);
  });

  it('takes no offence at any number of files that the base ignores', async () => {
    const { run, asked } = walk('files', { maxFiles: 100, isIgnored: true });
    expect(await run).toEqual({ toAdd: [], toRemove: [] });
    expect(asked).toEqual([10_000, 10_000, 5000]);
  });

  it('stops when there are too many new folders, also without a file in them', async () => {
    const { run } = walk('folders', { maxFiles: FOLDERS - 1, isIgnored: false });
    await expect(run).rejects.toMatchObject({
      code: 'collect_too_large',
      message: expect.stringContaining('folders'),
    });
    expect((await walk('folders', { maxFiles: FOLDERS, isIgnored: false }).run).toAdd).toEqual([]);
  });
});
