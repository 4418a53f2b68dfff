import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readIndex } from './read-index.ts';
import { isUntouched } from './stat-comparison.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'index-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const NAMES = [
  'a',
  'exec',
  'ü/ß',
  `${'long/'.repeat(60)}x`,
  `${'n'.repeat(200)}/${'m'.repeat(200)}`,
  'x'.repeat(255),
];

describe('an index of git', () => {
  it('is read as git wrote it', () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'index.version=2', ...args], { cwd: folder, encoding: 'latin1' });
    git('init', '-q');
    for (const name of NAMES) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), name, { mode: name === 'exec' ? 0o755 : 0o644 });
    }
    git('add', '.');
    const entries = readIndex(readFileSync(join(folder, '.git/index')));
    const listed = git('ls-files', '-s', '-z').split('\0').filter(Boolean);
    expect(entries.map(({ mode, id, path }) => `${mode.toString(8)} ${id} 0\t${path}`)).toEqual(listed);
    for (const { path, stat } of entries) {
      const now = lstatSync(Buffer.from(`${folder}/${path}`, 'latin1'), { bigint: true });
      expect(isUntouched(now, stat)).toBe(true);
      expect(isUntouched(now, { ...stat, ctimeNanoseconds: stat.ctimeNanoseconds ^ 1 })).toBe(false);
    }
  });

  it('of another kind is refused', () => {
    expect(() => readIndex(Buffer.from('DIRC\0\0\0\x04\0\0\0\0', 'latin1'))).toThrow('version 2');
    expect(() => readIndex(Buffer.from('DIRC'))).toThrow();
  });
});
