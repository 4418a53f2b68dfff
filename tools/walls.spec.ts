import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ESLint } from 'eslint';

import { MAY_IMPORT } from './walls.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const LINT_MS = 60_000;

const projects = ['apps', 'libs'].flatMap((kind) =>
  readdirSync(join(ROOT, kind))
    .map((name) => ({ kind, name, manifest: join(ROOT, kind, name, 'package.json') }))
    .filter(({ manifest }) => existsSync(manifest)),
);

const tagsOf = (manifest: string): unknown => {
  const parsed = JSON.parse(readFileSync(manifest, 'utf8')) as { nx?: { tags?: unknown } };
  return parsed.nx?.tags;
};

describe('every project stands behind the walls', () => {
  it.each(projects)(
    '$kind/$name has exactly its own tag, and the table knows it',
    ({ kind, name, manifest }) => {
      const tag = `${kind.slice(0, -1)}:${name}`;
      expect(tagsOf(manifest)).toEqual([tag]);
      expect(Object.keys(MAY_IMPORT)).toContain(tag);
    },
  );
});

describe('the lint reports what crosses a wall', () => {
  const eslint = new ESLint({ cwd: ROOT });

  /** The rules that a piece of code breaks when it stands in an existing file (typed lint knows no others). */
  const rulesBrokenBy = async (code: string, file: string): Promise<(string | null)[]> => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, file) });
    return (result?.messages ?? []).map((message) => message.ruleId);
  };

  // Nx looks for a tsconfig.base.json to offer a fix, and complains that there is none.
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  afterAll(() => {
    warn.mockRestore();
  });

  beforeAll(() => {
    // Without the cached project graph the rule is skipped with a warning.
    execFileSync(process.execPath, [join(ROOT, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects'], {
      cwd: ROOT,
    });
  }, LINT_MS);

  const WALL = '@nx/enforce-module-boundaries';
  const ENGINE = 'libs/engine/src/index.ts';

  it.each([
    ['a static import', "import { x } from '@drydock/sandbox';\nexport const y: unknown = x;", ENGINE, WALL],
    ['a type import', "import type { X } from '@drydock/persistence';\nexport type Y = X;", ENGINE, WALL],
    ['a dynamic import', "export const load = () => import('@drydock/queue');", ENGINE, WALL],
    ['a relative path', "export * as y from '../../sandbox/src/index.ts';", ENGINE, WALL],
    ['a banned package', "import Docker from 'dockerode';\nexport const y: unknown = Docker;", ENGINE, WALL],
    ['a banned scope', "export * as y from '@prisma/client';", 'libs/queue/src/index.ts', WALL],
    ['the sandbox in the api', "export * as y from '@drydock/sandbox';", 'apps/api/src/main.ts', WALL],
    ['libs/testing in product code', "export * as y from '@drydock/testing';", ENGINE, WALL],
    ['the domain in the pages', "export * as y from '@drydock/domain';", 'apps/web/src/main.tsx', WALL],
    ['process.env', 'export const y = process.env.HOME;', ENGINE, 'no-restricted-properties'],
    ['env of node:process', "export { env } from 'node:process';", ENGINE, 'no-restricted-imports'],
    ['child_process', "export { spawn } from 'node:child_process';", ENGINE, 'no-restricted-imports'],
    ['createRequire', "export { createRequire } from 'node:module';", ENGINE, 'no-restricted-imports'],
  ])(
    'reports %s',
    async (_name, code, file, rule) => {
      expect(await rulesBrokenBy(code, file)).toContain(rule);
    },
    LINT_MS,
  );

  it(
    'lets the owner of a package import it, and a lib what stands below it',
    async () => {
      const docker = "import Docker from 'dockerode';\nexport const y: unknown = Docker;";
      expect(await rulesBrokenBy(docker, 'libs/sandbox/src/index.ts')).not.toContain(WALL);
      const domain = "export * as y from '@drydock/domain';";
      expect(await rulesBrokenBy(domain, ENGINE)).not.toContain(WALL);
    },
    LINT_MS,
  );
});
