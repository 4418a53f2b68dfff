/** The api, the worker and the command as one file each in dist/: a tenth of the start time of loading a thousand modules. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { transform } from 'esbuild';
import { rolldown } from 'rolldown';

import { ROOT } from './instance.mjs';
import { SetUpError } from './set-up-error.mjs';
import { sourceHash } from './source-hash.mjs';

const APPS = ['api', 'worker', 'cli'];
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

/** Whoever asks for one of these modules is given its replacement; the replacement itself still gets the original. */
const exchanging = (exchange) => {
  const byPath = new Map(Object.entries(exchange).map(([from, to]) => [join(ROOT, from), join(ROOT, to)]));
  const replacements = new Set(byPath.values());
  return {
    name: 'exchanging',
    async resolveId(id, importer, options) {
      if (importer === undefined || replacements.has(importer)) return null;
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      return byPath.get(found?.id) ?? null;
    },
  };
};

const entryOf = (app) => join(ROOT, 'apps', app, 'src', 'main.ts');
const isBuilt = (app) => !existsSync(entryOf(app)) || existsSync(join(ROOT, 'dist', `${app}.mjs`));

/** All ASCII: V8 keeps a source in one byte per character only then, and a process is 20 MB smaller at rest. */
const writeBundle = async (directory, fileName, source) => {
  const { code } = await transform(source, {
    minifyWhitespace: true,
    charset: 'ascii',
    legalComments: 'none',
  });
  const path = join(directory, fileName);
  writeFileSync(path, code);
  if (code.startsWith('#!')) chmodSync(path, 0o755);
};

/**
 * Writes `<app>.mjs` and its chunks. The process looks for the repository's root above its own file, so the directory must
 * lie inside of it.
 * @param {'api' | 'worker' | 'cli'} app
 * @param {{ directory: string, exchange?: Readonly<Record<string, string>> }} options - `exchange`: modules to be taken
 *   instead of others, both as paths from the repository's root. For the builds that the tests break on purpose.
 * @returns the names of the written files, and what of the repository is in them, as paths from its root.
 * @throws Error when a module that was to be exchanged is not part of the app.
 */
export async function bundleApp(app, { directory, exchange = {} }) {
  const build = await rolldown({
    input: entryOf(app),
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    external: NOT_BUNDLED,
    treeshake: true,
    logLevel: 'silent',
    plugins: [withoutUnused, ...(Object.keys(exchange).length > 0 ? [exchanging(exchange)] : [])],
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
    const modules = output.flatMap((file) => file.moduleIds.map((id) => relative(ROOT, id)));
    const missed = Object.entries(exchange).find(([, replacement]) => !modules.includes(replacement));
    if (missed) throw new Error(`${missed[0]} is not part of apps/${app}, so it cannot be exchanged.`);
    mkdirSync(directory, { recursive: true });
    for (const { fileName, code } of output) await writeBundle(directory, fileName, code);
    return { files: output.map(({ fileName }) => fileName), modules };
  } finally {
    await build.close();
  }
}

/** Bundles the apps unless dist/ was made from the same sources. @returns a word on what was done. */
export async function ensureBundles() {
  const apps = APPS.filter((app) => existsSync(entryOf(app)));
  if (apps.length === 0) return 'skipped: no app yet';
  const hash = sourceHash(SOURCES);
  if (apps.every(isBuilt) && existsSync(MARKER) && readFileSync(MARKER, 'utf8') === hash) return 'there';
  const directory = join(ROOT, 'dist');
  const made = new Set();
  for (const app of apps) {
    const { files } = await bundleApp(app, { directory }).catch((error) => {
      throw new SetUpError(`apps/${app} cannot be bundled:\n${error.message}`);
    });
    for (const file of files) made.add(file);
  }
  for (const file of readdirSync(directory))
    if (file.endsWith('.mjs') && !made.has(file)) rmSync(join(directory, file));
  writeFileSync(MARKER, hash);
  return `built ${apps.join(', ')}`;
}
