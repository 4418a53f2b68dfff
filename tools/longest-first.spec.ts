import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { longestFirst, SECONDS } from './longest-first.mjs';

const ROOT = join(import.meta.dirname, '..');

describe('the order of spec files', () => {
  it('names files that are there', () => {
    expect(Object.keys(SECONDS).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('puts the long ones first, and loses none', () => {
    const names = ['e2e/egress.spec.ts', 'e2e/tenancy.spec.ts', 'e2e/poison.spec.ts', 'e2e/drain.spec.ts'];
    const sorted = longestFirst(names.map((name) => ({ path: join(ROOT, name) })));
    const [egress, tenancy, poison, drain] = names.map((name) => join(ROOT, name));
    expect(sorted.map(({ path }) => path)).toEqual([drain, poison, egress, tenancy]);
  });
});
