import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHost } from '../host/git-host.ts';
import { BASE_REF, showPacks } from '../mirror/bare-repository.ts';
import { Pacer } from './pacer.ts';

const SMALL_BYTES = 512 * 1024;
const BATCH_BYTES = 256 * 1024;
/** Fixed, so that every attempt makes the same commit of the same files. */
const COMMIT = `commit ${BASE_REF}\ncommitter drydock <drydock@localhost> 0 +0000\ndata 5\nbase\n`;

/** A path as fast-import reads it: every byte that is not plain as an octal escape. */
const quoted = (path: Buffer): string => {
  const text = path.toString('latin1').replace(/[^\w./ -]/g, (char) => {
    return `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `"${text}"`;
};

const joined = (folder: Buffer, name: Buffer): Buffer =>
  folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name]);

/** Paths of all files and links below `root`, relative to it. */
async function* walk(root: Buffer, pacer: Pacer): AsyncGenerator<Buffer> {
  const folders: Buffer[] = [Buffer.alloc(0)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of readdirSync(joined(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
      if (pacer.isDue()) await pacer.turn();
      const path = joined(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else yield path;
    }
}

async function* fileCommands(root: Buffer, path: Buffer): AsyncGenerator<Buffer> {
  const full = joined(root, path);
  const stat = lstatSync(full);
  const command = (mode: string, bytes: number): Buffer =>
    Buffer.from(`M ${mode} inline ${quoted(path)}\ndata ${String(bytes)}\n`);
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(full, { encoding: 'buffer' });
    yield Buffer.concat([command('120000', target.length), target]);
    return;
  }
  const head = command((stat.mode & 0o100) !== 0 ? '100755' : '100644', stat.size);
  if (stat.size <= SMALL_BYTES) yield Buffer.concat([head, readFileSync(full)]);
  else {
    yield head;
    yield* createReadStream(full) as AsyncIterable<Buffer>;
  }
}

async function* importStream(work: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const root = Buffer.from(work);
  let batch: Buffer[] = [Buffer.from(COMMIT)];
  let bytes = 0;
  for await (const path of walk(root, new Pacer(signal)))
    for await (const piece of fileCommands(root, path)) {
      batch.push(piece);
      bytes += piece.length;
      if (bytes < BATCH_BYTES) continue;
      yield Buffer.concat(batch);
      [batch, bytes] = [[], 0];
    }
  yield Buffer.concat([...batch, Buffer.from('\ndone\n')]);
}

/**
 * Stores all files below `work`, ignored or not, with their exact bytes as one commit of the bare repository `base`.
 * One pack, by one process, instead of a loose object per file.
 * @returns The commit's id; the same for the same files.
 */
export const importTree = async (
  git: GitHost,
  { base, work }: { base: string; work: string },
  signal: AbortSignal,
): Promise<string> => {
  await git.must({
    args: ['fast-import', '--quiet', '--done', '--depth=0'],
    gitDir: base,
    // The base lives as long as its attempt: a power cut takes both
    config: { 'core.fsync': 'none', 'core.compression': '1' },
    input: importStream(work, signal),
    signal,
  });
  await showPacks(base);
  await chmod(join(base, BASE_REF), 0o644);
  return (await readFile(join(base, BASE_REF), 'utf8')).trim();
};
