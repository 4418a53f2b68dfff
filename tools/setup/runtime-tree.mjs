/**
 * The directory that every sandbox sees read-only at /opt/drydock: Node with its loader and libraries, and the runner in
 * one file. It must run in any Linux image of this architecture, an empty one included.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

import { bundleRunner } from './bundle-runner.mjs';
import { run } from './command.mjs';
import { NODE } from './dependencies.mjs';
import { ROOT } from './instance.mjs';
import { librariesOf } from './shared-libraries.mjs';
import { sourceHash } from './source-hash.mjs';

const MOUNT = '/opt/drydock';
const RUNNER_START = 'tools/setup/runner-start.cjs';
const BUNDLER = 'tools/setup/bundle-runner.mjs';
const SOURCES = ['apps/runner', 'libs/contracts', 'libs/domain', 'package-lock.json', BUNDLER, RUNNER_START];
const WARM_UP_MS = 10_000;
const OLD_TREE_MS = 24 * 3600 * 1000;

/** The runner's entry; set-up works without it, as far as it goes. */
export const hasRunner = () => existsSync(join(ROOT, 'apps/runner/src/main.ts'));

/** A hard link where possible: Node is over 100 MB, and every change of the runner makes a new tree. */
const place = (source, target) => {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
};

const treeHash = ({ loader, libraries }) => {
  const hash = createHash('sha256').update(sourceHash(SOURCES)).update(`${process.version} ${process.arch}`);
  for (const file of [loader, ...libraries]) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};

/** One run without input, whose compiled code is kept. How it ends does not matter: the cache only saves time. */
const warmUp = (tree) => {
  const env = { PATH: process.env.PATH, DRYDOCK_WRITE_CODE_CACHE: '1' };
  return run(NODE, [join(tree, 'runner.cjs')], { env, cwd: tree, timeout: WARM_UP_MS }).catch(() => '');
};

const make = async (directory, { loader, libraries }) => {
  const draft = `${directory}.${process.pid}.draft`;
  rmSync(draft, { recursive: true, force: true });
  for (const folder of ['bin', 'lib']) mkdirSync(join(draft, folder), { recursive: true, mode: 0o755 });
  place(NODE, join(draft, 'bin', 'node'));
  // Copies, as the system's package manager may replace the originals' content in place.
  for (const file of [loader, ...libraries]) copyFileSync(file, join(draft, 'lib', basename(file)));
  await bundleRunner(join(draft, 'runner-bundle.cjs'));
  copyFileSync(join(ROOT, RUNNER_START), join(draft, 'runner.cjs'));
  await warmUp(draft);
  renameSync(draft, directory);
};

/** Trees of earlier versions go after a day: an attempt that began before this set-up may still run on one. */
const dropOldTrees = (folder, current) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isOld = () => Date.now() - statSync(path).mtimeMs > OLD_TREE_MS;
    if (name !== current && name !== 'current.json' && isOld())
      rmSync(path, { recursive: true, force: true });
  }
};

/**
 * Makes `<data dir>/runtime/<hash>/` when it is missing, and `<data dir>/runtime/current.json` that names it.
 * @returns a word on what was done.
 */
export async function ensureRuntimeTree(instance) {
  if (process.platform !== 'linux') return 'skipped: workers run on Linux';
  if (!hasRunner()) return 'skipped: no runner yet';
  const folder = instance.path('runtime');
  mkdirSync(folder, { recursive: true });
  const needed = await librariesOf(NODE);
  const hash = treeHash(needed);
  const directory = join(folder, hash);
  const isThere = existsSync(directory);
  if (!isThere) await make(directory, needed);
  utimesSync(directory, new Date(), new Date());
  const argv = [
    `${MOUNT}/lib/${basename(needed.loader)}`,
    '--library-path',
    `${MOUNT}/lib`,
    `${MOUNT}/bin/node`,
    `${MOUNT}/runner.cjs`,
  ];
  const current = JSON.stringify({ directory, arch: process.arch, argv }, null, 2);
  writeFileSync(join(folder, 'current.json.draft'), `${current}\n`);
  renameSync(join(folder, 'current.json.draft'), join(folder, 'current.json'));
  dropOldTrees(folder, hash);
  return isThere ? 'there' : 'made';
}
