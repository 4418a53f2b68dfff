/** The pages in dist/web, with a packed form beside each file that gains by it: the api packs nothing itself. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { ROOT } from './instance.mjs';
import { SetUpError } from './set-up-error.mjs';
import { sourceHash } from './source-hash.mjs';

const WEB = join(ROOT, 'apps', 'web');
const SOURCES = ['apps/web', 'libs/sdk/src', 'package-lock.json', 'tools/setup/build-web.mjs'];
const DIRECTORY = join(ROOT, 'dist', 'web');
const MARKER = '.source-hash';

const textFilesBelow = (directory) =>
  readdirSync(directory, { recursive: true })
    .filter((name) => /\.(html|js|css|svg)$/.test(name))
    .map((name) => join(directory, name));

const pack = (file) => {
  const bytes = readFileSync(file);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
};

const bundle = async (outDir) => {
  const { build } = await import('vite'); // it takes half a second to load, and most builds need it not
  const options = { configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent', build: { outDir } };
  await build(options).catch((error) => {
    throw new SetUpError(`apps/web cannot be built:\n${error.message}`);
  });
};

/** Builds the pages unless dist/web was made from the same sources. @returns a word on what was done. */
export async function ensureWeb() {
  const hash = sourceHash(SOURCES);
  const marker = join(DIRECTORY, MARKER);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return 'there';
  // An api that runs goes on with the old files until the new ones are whole.
  const fresh = `${DIRECTORY}.new`;
  await bundle(fresh);
  for (const file of textFilesBelow(fresh)) pack(file);
  writeFileSync(join(fresh, MARKER), hash);
  rmSync(DIRECTORY, { recursive: true, force: true });
  renameSync(fresh, DIRECTORY);
  return 'built';
}
