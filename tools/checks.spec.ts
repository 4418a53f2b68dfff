import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { WITHOUT_SERVICES } from './checks.mjs';

const ROOT = join(import.meta.dirname, '..');
const SERVICES = /testServices|freshDatabase|ownRedis|dockerode/;

describe('projects that are tested while the engine is ended', () => {
  it.each(WITHOUT_SERVICES)('%s has no spec that asks a service', (project) => {
    const files = globSync(`{apps/${project},libs/${project},${project}}/**/*.spec.ts`, { cwd: ROOT });
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => SERVICES.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});
