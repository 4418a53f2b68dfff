/**
 * The library as others install it: `node libs/sdk/make-package.mjs [folder]` writes JavaScript, declarations, README and a
 * package.json of its own; default: dist/sdk.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..', '..');
const folder = resolve(process.argv[2] ?? join(ROOT, 'dist', 'sdk'));

const entry = (path) => ({ types: `./lib/${path}.d.ts`, default: `./lib/${path}.js` });

const manifest = () => {
  const { name, version, license, dependencies } = JSON.parse(
    readFileSync(join(HERE, 'package.json'), 'utf8'),
  );
  return {
    name,
    version,
    description: 'Client of Drydock, the self-hosted job system for coding agents',
    license,
    type: 'module',
    engines: { node: '>=20.3' }, // AbortSignal.any
    sideEffects: false,
    exports: { '.': entry('index'), './node': entry('node/index'), './package.json': './package.json' },
    // For tools that do not know `exports`.
    types: './lib/index.d.ts',
    main: './lib/index.js',
    files: ['lib'],
    dependencies,
  };
};

/** The compiler leaves `./x.ts` in declarations, of which there is only `./x.d.ts`: not every other tool forgives that. */
const nameFilesThatAreThere = (lib) => {
  for (const name of readdirSync(lib, { recursive: true }).filter((each) => each.endsWith('.d.ts'))) {
    const path = join(lib, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll(/(from ['"]|import\(['"])(\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1$2.js'));
  }
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const args = [tsc, '-p', join(HERE, 'tsconfig.package.json'), '--outDir', join(folder, 'lib')];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
if (status !== 0) process.exit(1);
nameFilesThatAreThere(join(folder, 'lib'));
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
copyFileSync(join(HERE, 'README.md'), join(folder, 'README.md'));
copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
