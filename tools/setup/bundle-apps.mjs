/** The api and the worker as one file each in dist/: a tenth of the start time of loading a thousand modules. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { transform } from 'esbuild';
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

// dockerode loads these for remote engines over ssh and for BuildKit sessions, which Drydock never uses: 1.5 MB of source
// and 20 MB of a worker's memory.
const NEVER_USED = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader)$/;
const withoutUnused = {
  name: 'without-unused',
  resolveId: (id, importer = '') =>
    NEVER_USED.test(id) && /node_modules\/(dockerode|docker-modem)\//.test(importer)
      ? `\0unused:${id}`
      : null,
  load: (id) => (id.startsWith('\0unused:') ? 'module.exports = {};' : null),
};

const entryOf = (app) => join(ROOT, 'apps', app, 'src', 'main.ts');
const isBuilt = (app) => !existsSync(entryOf(app)) || existsSync(join(ROOT, 'dist', `${app}.mjs`));

/** All ASCII: V8 keeps a source in one byte per character only then, and a process is 20 MB smaller at rest. */
const writeBundle = async (fileName, source) => {
  const { code } = await transform(source, {
    minifyWhitespace: true,
    charset: 'ascii',
    legalComments: 'none',
  });
  writeFileSync(join(ROOT, 'dist', fileName), code);
};

const bundle = async (app) => {
  const build = await rolldown({
    input: entryOf(app),
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    external: NOT_BUNDLED,
    treeshake: true,
    logLevel: 'silent',
    plugins: [withoutUnused],
  });
  try {
    // What is imported dynamically (OpenTelemetry, Prisma's compiler) becomes a file of its own, read only when needed.
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: `${app}.mjs`,
      chunkFileNames: `${app}-[name]-[hash].mjs`,
      keepNames: true, // Nest finds providers of the same name by it, and logs it
      sourcemap: false,
    });
    for (const { fileName, code } of output) await writeBundle(fileName, code);
    return output.map(({ fileName }) => fileName);
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
  const made = new Set();
  for (const app of apps) {
    const files = await bundle(app).catch((error) => {
      throw new SetUpError(`apps/${app} cannot be bundled:\n${error.message}`);
    });
    for (const file of files) made.add(file);
  }
  for (const file of readdirSync(join(ROOT, 'dist')))
    if (file.endsWith('.mjs') && !made.has(file)) rmSync(join(ROOT, 'dist', file));
  writeFileSync(MARKER, hash);
  return `built ${apps.join(' and ')}`;
}
