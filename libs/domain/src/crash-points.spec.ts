import { globSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { armCrashPoint, CRASH_POINTS, crashPoint, isCrashPoint } from './crash-points.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const CALL = /\bcrashPoint\(\s*'([^']+)'/g;

const placed = (): string[] =>
  globSync('{apps,libs}/*/src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.spec.ts'))
    .flatMap((file) => [...readFileSync(ROOT + file, 'utf8').matchAll(CALL)].map((match) => match[1] ?? ''));

describe('crash points', () => {
  afterEach(() => {
    for (const name of CRASH_POINTS) crashPoint(name);
  });

  it('stand in the source, each of them, and no other', () => {
    expect([...new Set(placed())].sort()).toEqual([...CRASH_POINTS].sort());
  });

  it('do nothing unless armed', () => {
    expect(() => {
      for (const name of CRASH_POINTS) crashPoint(name);
    }).not.toThrow();
  });

  it('crash once, at their own name only', () => {
    const crashes: string[] = [];
    armCrashPoint('claim.after', () => crashes.push('now'));
    crashPoint('claim.before');
    expect(crashes).toEqual([]);
    crashPoint('claim.after');
    crashPoint('claim.after');
    expect(crashes).toEqual(['now']);
  });

  it('are told apart from other words', () => {
    expect(isCrashPoint('claim.after')).toBe(true);
    expect(isCrashPoint('claim')).toBe(false);
  });
});
