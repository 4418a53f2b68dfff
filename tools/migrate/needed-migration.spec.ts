import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the migration that api and worker look for when they start', () => {
  it('is the newest there is', () => {
    const newest = readdirSync(join(ROOT, 'prisma', 'migrations'))
      .filter((name) => /^\d/.test(name))
      .sort()
      .at(-1);
    const source = readFileSync(join(ROOT, 'libs', 'persistence', 'src', 'needed-migration.ts'), 'utf8');
    expect(/NEEDED_MIGRATION = '([^']*)'/.exec(source)?.[1]).toBe(newest);
  });
});
