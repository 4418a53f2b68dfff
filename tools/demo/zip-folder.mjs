/** A folder as a ZIP archive in memory; for the small example repositories. */
import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join, relative } from 'node:path';

import { ZipFile } from 'yazl';

/** @returns the archive's bytes; entries are named relative to the folder. */
export async function zipFolder(folder) {
  const zip = new ZipFile();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    zip.addFile(path, relative(folder, path));
  }
  zip.end();
  return buffer(zip.outputStream);
}
