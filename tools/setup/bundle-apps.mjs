/** The api and the worker as one file each in dist/: a tenth of the start time of loading a thousand modules. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { rolldown } from 'rolldown';

import { ROOT } from './instance.mjs';
import { SetUpError } from './set-up-error.mjs';
import { sourceHash } from './source-hash.mjs';

const APPS = ['api', 'worker'];
const SOURCES = ['apps', 'libs', 'package-lock.json', 'tsconfig.json', 'tools/setup/bundle-apps.mjs'];
const MARKER = join(ROOT, 'dist', '.source-hash');

// Nest requires these only when they are used, and native add-ons that have a fallback: none is installed or needed.
const NOT_BUNDLED = [
  /^@nestjs\/(microservices|websockets|platform-express|platform-socket\.io|mongoose)(\/|$)/,
  /^(class-validator|class-transformer)(\/|$)/,
  /^@fastify\/(view|static)$/,
  /^(cpu-features|msgpackr-extract|pg-native|bufferutil|utf-8-validate)$/,
  /\.node$/,
];

const entryOf = (app) => join(ROOT, 'apps', app, 'src', 'main.ts');
const isBuilt = (app) => !existsSync(entryOf(app)) || existsSync(join(ROOT, 'dist', `${app}.mjs`));

const bundle = async (app) => {
  const build = await rolldown({
    input: entryOf(app),
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    external: NOT_BUNDLED,
    treeshake: true,
    logLevel: 'silent',
  });
  try {
    await build.write({
      file: join(ROOT, 'dist', `${app}.mjs`),
      format: 'esm',
      codeSplitting: false,
      keepNames: true, // Nest finds providers of the same name by it, and logs it
      sourcemap: false,
    });
  } finally {
    await build.close();
  }
};

/** Bundles both apps unless dist/ was made from the same sources. @returns a word on what was done. */
export async function ensureBundles() {
  const apps = APPS.filter((app) => existsSync(entryOf(app)));
  if (apps.length === 0) return 'skipped: no app yet';
  const hash = sourceHash(SOURCES);
  if (apps.every(isBuilt) && existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hash) return 'there';
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  for (const app of apps) {
    await bundle(app).catch((error) => {
      throw new SetUpError(`apps/${app} cannot be bundled:\n${error.message}`);
    });
  }
  writeFileSync(MARKER, hash);
  return `built ${apps.join(' and ')}`;
}
