import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ZipFile } from 'yazl';

export interface ZipContents {
  /** Folder that the names are relative to. */
  readonly root: string;
  /** Names with `/`. What is neither a file nor a symbolic link is left out. */
  readonly files: Iterable<string>;
}

export interface WrittenZip {
  readonly files: number;
  /** Of the ZIP itself. */
  readonly bytes: number;
  /** Names that are no file any more, or of a kind that a ZIP cannot hold. */
  readonly leftOut: readonly string[];
}

/** One time for all: the same contents make the same bytes, which an Idempotency-Key needs. */
const MTIME = new Date(Date.UTC(2000, 0, 1));
const LINK = 0o120_777;
const EXECUTABLE = 0o100_755;
const PLAIN = 0o100_644;

/**
 * Writes a ZIP of these files: bytes as they are, executable bits and symbolic links kept.
 * @throws what reading a file or writing the ZIP throws, and the reason of the signal.
 */
export const writeZip = async (
  { root, files }: ZipContents,
  path: string,
  signal?: AbortSignal,
): Promise<WrittenZip> => {
  // Not at the start: a client that sends no folder needs none of it.
  const { default: yazl } = await import('yazl');
  const zip = new yazl.ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(path), signal ? { signal } : {});
  const added = addAll(zip, root, files);
  const [result] = await Promise.all([added, written]);
  return { ...result, bytes: (await stat(path)).size };
};

const addAll = async (
  zip: ZipFile,
  root: string,
  files: Iterable<string>,
): Promise<Omit<WrittenZip, 'bytes'>> => {
  const leftOut: string[] = [];
  let count = 0;
  for (const name of files) {
    if (await addOne(zip, root, name)) count++;
    else leftOut.push(name);
  }
  zip.end();
  return { files: count, leftOut };
};

const addOne = async (zip: ZipFile, root: string, name: string): Promise<boolean> => {
  const path = join(root, name);
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink()) {
    zip.addBuffer(await readlink(path, { encoding: 'buffer' }), name, { mode: LINK, mtime: MTIME });
    return true;
  }
  if (!found?.isFile()) return false;
  const mode = (found.mode & 0o100) === 0 ? PLAIN : EXECUTABLE;
  // Opened when its turn comes: a hundred thousand open files are too many.
  zip.addReadStreamLazy(name, { mode, mtime: MTIME, compressionLevel: 6 }, (give) => {
    give(null, createReadStream(path));
  });
  return true;
};
