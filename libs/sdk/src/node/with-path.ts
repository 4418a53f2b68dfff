import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenArchive } from '../resources/archive.ts';
import { writeZip, type ZipContents, type WrittenZip } from './write-zip.ts';

/** Everything below a folder but `.git`, by names with `/`, in no order. */
const filesBelow = async (root: string, signal: AbortSignal | undefined, folder = ''): Promise<string[]> => {
  signal?.throwIfAborted();
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => name !== '.git')
      .map(async (entry) => {
        const name = `${folder}${entry.name}`;
        return entry.isDirectory() ? filesBelow(root, signal, `${name}/`) : [name];
      }),
  );
  return found.flat();
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
export const withPath = async <T>(
  path: string,
  work: (open: OpenArchive, isFolder: boolean) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  const found = await stat(path);
  if (!found.isDirectory()) return work(() => createReadStream(path), false);
  const files = await filesBelow(path, signal);
  return withZip({ root: path, files: files.sort() }, (open) => work(open, true), signal);
};
