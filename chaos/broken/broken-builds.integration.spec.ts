import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '@drydock/testing';
import { BROKEN_BUILDS, BROKEN_NAMES, type BrokenBuild } from './broken-builds.ts';
import { buildBroken, bundleApart } from './build-broken.ts';
import { replacePart } from './replace-part.ts';

const APPS = ['api', 'worker'] as const;

let directory: string;
const real: Record<string, { text: string; modules: string[] }> = {};

const textOf = (path: string): Promise<string> => readFile(path, 'latin1');

beforeAll(async () => {
  await mkdir(join(ROOT, '.data'), { recursive: true });
  directory = await mkdtemp(join(ROOT, '.data', 'broken-'));
  for (const app of APPS) {
    const modules = await bundleApart(app, { directory });
    real[app] = { modules, text: await textOf(join(directory, `${app}.mjs`)) };
  }
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('the real builds', () => {
  it.each(APPS)('have nothing of the suite in them: %s', (app) => {
    const { modules } = real[app]!;
    expect(modules).toContain(`apps/${app}/src/main.ts`);
    expect(modules.filter((module) => module.startsWith('chaos/'))).toEqual([]);
  });
});

describe('the broken builds', () => {
  it.each(BROKEN_NAMES)('have all that was exchanged, and nothing else of the suite: %s', async (name) => {
    const build: BrokenBuild = BROKEN_BUILDS[name];
    const built = await buildBroken(name, join(directory, name));
    const exchanged = APPS.flatMap((app) => Object.values(build[app] ?? {}));
    const ofSuite = built.modules.filter((module) => module.startsWith('chaos/'));
    expect([...new Set(ofSuite)].filter((module) => !module.endsWith('/replace-part.ts')).sort()).toEqual(
      [...new Set(exchanged)].sort(),
    );
    for (const app of APPS) {
      if (build[app] === undefined) expect(built[app]).toBe(join(ROOT, 'dist', `${app}.mjs`));
      else expect(await textOf(built[app])).not.toBe(real[app]!.text);
    }
  });

  it('are refused when the module to be exchanged is not part of the app', async () => {
    const exchange = { 'libs/sandbox/src/index.ts': 'chaos/broken/replace-part.ts' };
    await expect(bundleApart('api', { directory, exchange })).rejects.toThrow('is not part of apps/api');
  });

  it('are refused when a statement no longer has the part that is broken in it', () => {
    expect(() => replacePart('SELECT 1', 'FROM', '')).toThrow('no part FROM');
  });
});
