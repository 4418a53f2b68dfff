import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The value that a golden JSON file holds, to be compared whole with `actual`. With UPDATE_GOLDEN=1 the file is written
 * first; never where CI is set, since a check that rewrites what it checks against proves nothing.
 * @throws Error when the file is not there, or when CI is asked to write it.
 */
export const golden = (file: URL, actual: unknown): unknown => {
  const path = fileURLToPath(file);
  if (process.env.UPDATE_GOLDEN === '1') {
    if (process.env.CI) throw new Error('Golden files are not written where CI is set.');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(actual, null, 2)}\n`);
  }
  if (!existsSync(path)) throw new Error(`No golden file ${path}: run this spec once with UPDATE_GOLDEN=1.`);
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
};
