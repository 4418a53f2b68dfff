import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ZipFile } from 'yazl';

export interface ZipContents {
  /** Folder that the names are relative to. */
  readonly root: string;
  /** Names with `/`. What is neither a file nor a symbolic link, or has a name that no ZIP can hold, is left out. */
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
  // A file that cannot be read ends the writing too: else nobody would hear of it.
  const stop = new AbortController();
  const signals = [stop.signal, ...(signal ? [signal] : [])];
  const written = pipeline(zip.outputStream, createWriteStream(path), { signal: AbortSignal.any(signals) });
  const added = addAll({ zip, root, stop }, files);
  try {
    const [result] = await Promise.all([added, written]);
    return { ...result, bytes: (await stat(path)).size };
  } catch (error) {
    // What is still under way ends; `pipeline` throws an error of its own for each of the two signals.
    if (!stop.signal.aborted) stop.abort(error);
    signal?.throwIfAborted();
    throw stop.signal.reason;
  }
};

interface Writing {
  readonly zip: ZipFile;
  readonly root: string;
  readonly stop: AbortController;
}

const addAll = async (writing: Writing, files: Iterable<string>): Promise<Omit<WrittenZip, 'bytes'>> => {
  const leftOut: string[] = [];
  let count = 0;
  for (const name of files) {
    writing.stop.signal.throwIfAborted();
    if (await addOne(writing, name)) count++;
    else leftOut.push(name);
  }
  writing.zip.end();
  return { files: count, leftOut };
};

/** Backslashes and drives mean other places to other programs: the API refuses them, and a ZIP would rename them. */
const isPlain = (name: string): boolean => !name.includes('\\') && !/^[A-Za-z]:/.test(name);

const addOne = async ({ zip, root, stop }: Writing, name: string): Promise<boolean> => {
  if (!isPlain(name)) return false;
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
    const file = createReadStream(path);
    file.once('error', (error) => {
      stop.abort(error);
    });
    give(null, file);
  });
  return true;
};
