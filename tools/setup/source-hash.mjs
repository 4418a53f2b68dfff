/** A fingerprint of source folders, so that what is made from them is made again only when they changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './instance.mjs';

const isSource = (name) =>
  /\.(ts|tsx|mts|js|mjs|cjs|json|prisma|css|html|svg)$/.test(name) && !/\.spec\.ts$/.test(name);

const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && isSource(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];

/**
 * @param paths - files and folders, relative to the repository root; specs do not count.
 * @returns hex SHA-256 over names and contents.
 */
export function sourceHash(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const absolute = join(ROOT, path);
    const files = isSource(path) && existsSync(absolute) ? [absolute] : filesBelow(absolute);
    for (const file of files)
      hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
