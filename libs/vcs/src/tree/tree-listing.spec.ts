import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TreeListing } from './tree-listing.ts';

const ID = '1'.repeat(40);
const LIMITS = { maxFiles: 3, maxUnpackedBytes: 1000 };
const file = (path: string, bytes = 1): string => `100644 blob ${ID} ${String(bytes).padStart(7)}\t${path}\0`;
const folder = (path: string): string => `040000 tree ${ID}       -\t${path}\0`;

const codeOf = (output: string): string => {
  const listing = new TreeListing(LIMITS);
  listing.take(Buffer.from(output));
  try {
    listing.finish();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('TreeListing', () => {
  it('reads modes, sizes and raw paths, however the output is cut', () => {
    const output = Buffer.concat([
      Buffer.from(`${file('a', 7)}${folder('d')}120000 blob ${ID}       3\td/l\0`),
      Buffer.from(`160000 commit ${ID}       -\ts\xff\n\0`, 'latin1'),
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: output.length }), (size) => {
        const listing = new TreeListing(LIMITS);
        for (let at = 0; at < output.length; at += size) listing.take(output.subarray(at, at + size));
        expect(listing.finish()).toEqual([
          { mode: 0o100644, id: ID, bytes: 7, path: Buffer.from('a') },
          { mode: 0o120000, id: ID, bytes: 3, path: Buffer.from('d/l') },
          { mode: 0o160000, id: ID, bytes: 0, path: Buffer.from('s\xff\n', 'latin1') },
        ]);
      }),
    );
  });

  it.each([
    ['a', 'accepted'],
    ['.gitignore', 'accepted'],
    ['x/.git', 'source_invalid'],
    ['.GIT/config', 'source_invalid'],
    ['git~1', 'source_invalid'],
    ['../x', 'source_invalid'],
    ['a/./b', 'source_invalid'],
    ['/a', 'source_invalid'],
    ['a//b', 'source_invalid'],
    ['x'.repeat(5000), 'source_invalid'],
  ])('path %j is %s (G19)', (path, code) => {
    expect(codeOf(file(path))).toBe(code);
  });

  it('stops at too many files, too many folders and too many bytes (G17, G18)', () => {
    expect(codeOf(['a', 'b', 'c', 'd'].map((path) => file(path)).join(''))).toBe('repo_too_many_files');
    expect(codeOf(['a', 'b', 'c', 'd'].map(folder).join(''))).toBe('repo_too_many_files');
    expect(codeOf(file('a', 600) + file('b', 401))).toBe('repo_too_large');
    expect(codeOf(file('a', 600) + file('b', 400))).toBe('accepted');
  });
});
