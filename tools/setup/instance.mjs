/** Where this installation and this instance (one data dir) keep their things, and how their objects are called. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository's root directory. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** First 8 hex digits of a text's SHA-256: enough to keep the instances of one host apart. */
export const shortHash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Loads `.env` beside package.json; variables already set win. */
export function loadDotEnv() {
  const file = join(ROOT, '.env');
  if (process.env.NODE_ENV !== 'production' && existsSync(file)) process.loadEnvFile(file);
}

/**
 * One instance: a data dir and the names derived from it.
 * @param dataDir - relative paths count from the repository root.
 */
export function instanceOf(dataDir = process.env.DRYDOCK_DATA_DIR || '.data') {
  const directory = resolve(ROOT, dataDir);
  const id = shortHash(directory);
  return {
    directory,
    id,
    servicesFile: join(directory, 'services.json'),
    serviceName: (service) => `drydock-${id}-${service}`,
    path: (...parts) => join(directory, ...parts),
  };
}

/** Lock files for what all instances of this user share: the engine, the images, node_modules. */
export const sharedLock = (name) => join(tmpdir(), `drydock-${userInfo().uid}`, `${name}.lock`);
