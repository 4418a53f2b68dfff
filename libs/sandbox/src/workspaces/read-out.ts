import { AppError } from '@drydock/domain';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCode } from '../thrown-fields.ts';

export interface OutFile {
  readonly bytes: number;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** Without following a link, and without waiting for the other end of a FIFO. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A link, a socket, or nothing there. */
const NOT_A_FILE = ['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR'];

const openQuietly = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, FLAGS);
  } catch (error) {
    if (NOT_A_FILE.includes(errorCode(error) ?? '')) return null;
    throw error;
  }
};

async function* nothing(): AsyncGenerator<Uint8Array> {
  // an empty file has no byte to stream
}

/**
 * Opens a regular file that a sandbox wrote; null for anything else. The stream gives the bytes of the size that was
 * checked, even if the file grows.
 * @throws AppError `diff_too_large` past `maxBytes`.
 */
export const openRegularFile = async (
  directory: string,
  name: string,
  maxBytes: number,
): Promise<OutFile | null> => {
  if (basename(name) !== name || name === '' || name === '.' || name === '..') return null;
  const handle = await openQuietly(join(directory, name));
  if (!handle) return null;
  let isHandedOn = false;
  try {
    const { size } = await handle.stat().then((found) => (found.isFile() ? found : { size: null }));
    if (size === null) return null;
    if (size > maxBytes)
      throw new AppError('diff_too_large', `${name} has ${size} bytes; the limit is ${maxBytes}.`);
    if (size === 0) return { bytes: 0, stream: nothing() };
    isHandedOn = true;
    return { bytes: size, stream: handle.createReadStream({ end: size - 1 }) };
  } finally {
    if (!isHandedOn) await handle.close();
  }
};
