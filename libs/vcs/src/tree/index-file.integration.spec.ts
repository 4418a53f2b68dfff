import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Origin } from '../testing/origin.ts';
import { encodeIndex } from './index-file.ts';

let temp = '';
beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'dd-index-'));
});
afterAll(() => {
  rmSync(temp, { recursive: true, force: true });
});

describe('encodeIndex', () => {
  it('writes what git reads back as the same tree, with names of every length', () => {
    const origin = new Origin(temp);
    const id = origin.object('blob', 'x');
    const names = Array.from({ length: 40 }, (_, i) => 'n'.repeat(i + 1))
      .concat(`${'d/'.repeat(2500)}f`)
      .sort();
    const entries = names.map((name, i) => ({
      mode: [0o100644, 0o100755, 0o120000, 0o100664][i % 4] ?? 0,
      id,
      bytes: 1,
      path: Buffer.from(name),
    }));
    writeFileSync(join(temp, 'own'), encodeIndex(entries));
    const input = entries
      .map(
        ({ mode, path }) =>
          `${(mode === 0o100664 ? 0o100644 : mode).toString(8)} ${id}\t${path.toString()}\0`,
      )
      .join('');
    origin.gitWith(
      { input, env: { GIT_INDEX_FILE: join(temp, 'theirs') } },
      'update-index',
      '-z',
      '--index-info',
    );
    const treeOf = (index: string): string =>
      origin.gitWith({ env: { GIT_INDEX_FILE: join(temp, index) } }, 'write-tree');
    expect(treeOf('own')).toBe(treeOf('theirs'));
    expect(origin.gitWith({ env: { GIT_INDEX_FILE: join(temp, 'own') } }, 'fsck', '--cache')).not.toContain(
      'bad',
    );
  });
});
