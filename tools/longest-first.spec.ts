import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import LongestFirst, { SECONDS } from './longest-first.mjs';

const ROOT = join(import.meta.dirname, '..');

describe('the order of spec files', () => {
  it('names files that are there', () => {
    expect(Object.keys(SECONDS).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('puts the long ones first, and loses none', () => {
    const names = ['e2e/egress.spec.ts', 'e2e/poison.spec.ts', 'e2e/drain.spec.ts'];
    const context = { config: { id: 'x', cacheDirectory: '/nowhere' }, hasteFS: { getSize: () => 1 } };
    const tests = names.map((name) => ({ path: join(ROOT, name), context, duration: undefined }));
    const sorted = new LongestFirst({ contexts: [], globalConfig: {} } as never).sort(tests as never);
    expect(sorted.map(({ path }) => path)).toEqual(names.toReversed().map((name) => join(ROOT, name)));
  });
});
