import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { FileEvidence } from '../evidence.ts';

/** No task of the suite makes a larger patch: of what is larger, the hash will do. */
const MAX_PATCH_BYTES = 16 * 1024 ** 2;

const fileEvidence = async (root: string, path: string): Promise<FileEvidence> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const isPatch = basename(path) === 'diff.patch' && bytes <= MAX_PATCH_BYTES;
  const patch = isPatch ? await readFile(path, 'latin1') : null;
  return { path: relative(root, path), bytes, sha256: hash.digest('hex'), patch };
};

/** Every file of an artifact store, half-written ones too. `root` is its directory: `<data directory>/artifacts`. */
export const readFiles = async (root: string): Promise<FileEvidence[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: FileEvidence[] = [];
  for (const path of paths) files.push(await fileEvidence(root, path));
  return files;
};
