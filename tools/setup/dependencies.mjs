/** `npm ci`, only when node_modules does not fit package-lock.json. Runs on Node 20, imports no package. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { run } from './command.mjs';
import { ROOT, sharedLock, shortHash } from './instance.mjs';
import { withLock } from './lock.mjs';
import { say, step } from './progress.mjs';

const LOCK_FILE = join(ROOT, 'package-lock.json');
const MARKER = join(ROOT, 'node_modules', '.drydock-lock-hash');

/** Node 24 of this installation; the system's own Node may be 20. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');

const lockHash = () => createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');

const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/**
 * Whether `installed` (npm's record of node_modules) holds what `wanted` (package-lock.json) asks for. Platform builds
 * that were skipped here are fine, so that `npm install` by a developer is not undone by `npm ci`.
 */
export function fits(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.optional)
    .every(([path, entry]) => {
      const found = installed[path];
      return found !== undefined && found.version === entry.version && found.resolved === entry.resolved;
    });
}

const isCurrent = () => {
  if (!existsSync(NODE)) return false;
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === lockHash()) return true;
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || !fits(packagesIn(LOCK_FILE), packagesIn(record))) return false;
  writeFileSync(MARKER, lockHash());
  return true;
};

/**
 * The environment of `npm ci`: our own node_modules/.bin must not be on PATH, as `npm run` puts it there, or npm and Node
 * would be those that npm is about to delete.
 */
const outsideOwnModules = (env) => ({
  ...env,
  PATH: (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(ROOT, 'node_modules')))
    .join(delimiter),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
});

const install = async () => {
  if (isCurrent()) return 'installed meanwhile';
  const env = outsideOwnModules(process.env);
  await run('npm', ['ci', '--no-progress'], {
    cwd: ROOT,
    env,
    hint: 'npm ci must pass before anything else can.',
  });
  // With ignore-scripts in somebody's npmrc the `node` package comes without its binary.
  if (!existsSync(NODE)) await run('npm', ['rebuild', 'node', '--ignore-scripts=false'], { cwd: ROOT, env });
  writeFileSync(MARKER, lockHash());
  return 'installed';
};

/** Makes node_modules fit package-lock.json. */
export async function ensureDependencies() {
  if (isCurrent()) return;
  await withLock(sharedLock(`npm-${shortHash(ROOT)}`), () => step('npm packages', install), {
    onWait: () => say('npm packages: waiting for another set-up'),
  });
}
