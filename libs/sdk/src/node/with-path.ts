import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { OpenArchive } from '../resources/archive.ts';
import { writeZip, type ZipContents, type WrittenZip } from './write-zip.ts';

/** Everything below a folder but `.git`. */
const filesBelow = async (root: string): Promise<string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.split('/').includes('.git'))
    .sort();
};

/** Makes a ZIP in a temporary folder, gives it to `work`, and removes it. */
export const withZip = async <T>(
  contents: ZipContents,
  work: (open: OpenArchive, written: WrittenZip) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-zip-'));
  try {
    const path = join(directory, 'archive.zip');
    const written = await writeZip(contents, path, signal);
    return await work(() => createReadStream(path), written);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** A ZIP file is sent as it is, a folder as a ZIP of all that is in it, but `.git`. */
export const withPath = async <T>(path: string, work: (open: OpenArchive) => Promise<T>): Promise<T> => {
  const found = await stat(path);
  if (!found.isDirectory()) return work(() => createReadStream(path));
  return withZip({ root: path, files: await filesBelow(path) }, work);
};
