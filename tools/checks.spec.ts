import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { NEEDS_SERVICES, only, STORM } from './checks.mjs';

const ROOT = join(import.meta.dirname, '..');
const SERVICES =
  /\b(?:testServices|freshDatabase|own(?:Redis|Postgres|Container)|start(?:System|App|Browser)|new Docker)\(/;
const specs = globSync('{{apps,libs}/*,chaos,bench,tools,e2e}/**/*.spec.ts', {
  cwd: ROOT,
  exclude: (name) => name === 'node_modules',
});
const needs = (file: string): boolean => new RegExp(NEEDS_SERVICES).test(join(ROOT, file));

describe('specs that are run while the engine is ended', () => {
  it('are many, and none of them asks a service', () => {
    const others = specs.filter((file) => !needs(file));
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((file) => SERVICES.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['e2e/limits.spec.ts', true],
    ['libs/queue/src/redis-wake-ups.integration.spec.ts', true],
    ['tools/migrate/migrations.integration.spec.ts', true],
    [STORM, true],
    ['apps/runner/src/runner.integration.spec.ts', false],
    ['apps/api/src/tasks/submit.spec.ts', false],
    ['chaos/checker/check.spec.ts', false],
  ])('%s needs services: %s', (file, expected) => {
    expect(specs).toContain(file);
    expect(needs(file)).toBe(expected);
  });

  it('are told from the storm, which is run beside them', () => {
    expect(specs.filter((file) => new RegExp(only(STORM)).test(join(ROOT, file)))).toEqual([STORM]);
  });
});
