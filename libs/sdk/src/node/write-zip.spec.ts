import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withZip } from './with-path.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drydock-write-zip-'));
  for (const name of ['a.txt', 'b\\c.txt', 'd:e.txt']) await writeFile(join(root, name), 'x');
});
afterEach(() => rm(root, { recursive: true }));

describe('a ZIP of a folder', () => {
  it('leaves out names that it would have to change, and what is gone', async () => {
    const files = ['a.txt', 'b\\c.txt', 'd:e.txt', 'gone.txt'];
    const written = await withZip({ root, files }, (_open, what) => Promise.resolve(what));
    expect(written).toMatchObject({ files: 1, leftOut: ['b\\c.txt', 'd:e.txt', 'gone.txt'] });
  });

  it('fails with what a file that cannot be read says of itself', async () => {
    // A file that anybody may open, and nobody may read from its beginning.
    const made = withZip({ root: '/proc/self', files: ['mem'] }, () => Promise.resolve());
    await expect(made).rejects.toMatchObject({ code: 'EIO' });
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    function* files(): Generator<string> {
      yield 'a.txt';
      stop.abort(new Error('enough'));
      yield 'a.txt';
    }
    const made = withZip({ root, files: files() }, () => Promise.resolve(), stop.signal);
    await expect(made).rejects.toThrow('enough');
  });
});
