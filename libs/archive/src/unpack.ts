import {
  closeSync,
  constants,
  fchownSync,
  lchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@drydock/domain';
import { checkLinkTarget } from './link-target.ts';
import { isSmall, smallBody, streamedBody } from './entry-body.ts';
import type { OpenArchive } from './open-archive.ts';
import { Pacer } from './pacer.ts';
import type { ExtractionPlan } from './plan-extraction.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The owner of the folder when that is somebody else: then all in it becomes theirs too. */
const foreignOwner = async (directory: string): Promise<Owner | null> => {
  const { uid, gid } = await stat(directory);
  return uid === process.getuid?.() ? null : { uid, gid };
};

interface NewFile {
  readonly path: string;
  readonly mode: number;
  readonly owner: Owner | null;
}

const writeSmall = ({ path, mode, owner }: NewFile, body: Buffer): void => {
  const descriptor = openSync(path, NEW_FILE, mode);
  try {
    for (let at = 0; at < body.length;) at += writeSync(descriptor, body, at);
    if (owner) fchownSync(descriptor, owner.uid, owner.gid);
  } finally {
    closeSync(descriptor);
  }
};

const writeLarge = async (
  { path, mode, owner }: NewFile,
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> => {
  await using handle = await open(path, NEW_FILE, mode);
  for await (const piece of body) {
    signal.throwIfAborted();
    await handle.writeFile(piece);
  }
  if (owner) await handle.chown(owner.uid, owner.gid);
};

/** A target is bytes, not text; so both are compared as one character per byte. */
const byteText = (text: string): string => Buffer.from(text).toString('latin1');

/** Targets of the first `most` links; throws `archive_entry_type` for one that leads out. */
export const linkTargets = async (
  archive: OpenArchive,
  plan: ExtractionPlan,
  most = Infinity,
): Promise<{ path: string; target: Buffer }[]> => {
  const links = new Set(plan.links.map((link) => byteText(link.path)));
  const targets: { path: string; target: Buffer }[] = [];
  for (const link of plan.links.slice(0, most)) {
    const target = await smallBody(archive, link.index);
    checkLinkTarget(byteText(link.path), target.toString('latin1'), (path) => links.has(path));
    targets.push({ path: link.path, target });
  }
  return targets;
};

const tooLong = (error: unknown): unknown =>
  Error.isError(error) && 'code' in error && error.code === 'ENAMETOOLONG'
    ? new AppError('archive_path', 'A path in the ZIP is too long. Shorten it and pack again.', {
        cause: error,
      })
    : error;

/**
 * Writes what the plan says into an empty directory: folders, files in the order of their bodies, links last, so that no
 * file is ever opened through one. Everything belongs to the owner of the directory.
 * @throws Error of the ZIP reader, AppError `archive_entry_type`, `archive_path`, the signal's reason; leaves what was
 * written so far to the caller.
 */
export const unpack = async (
  { archive, plan }: { archive: OpenArchive; plan: ExtractionPlan },
  directory: string,
  signal: AbortSignal,
): Promise<void> => {
  const owner = await foreignOwner(directory);
  const pacer = new Pacer(signal);
  const give = (path: string): void => {
    if (owner) lchownSync(path, owner.uid, owner.gid);
  };
  try {
    for (const folder of plan.folders) {
      if (pacer.isDue()) await pacer.turn();
      mkdirSync(join(directory, folder), { mode: 0o755 });
      give(join(directory, folder));
    }
    for (const file of plan.files) {
      if (pacer.isDue()) await pacer.turn();
      const created = { path: join(directory, file.path), mode: file.executable ? 0o755 : 0o644, owner };
      const entry = archive.entries[file.index];
      if (entry !== undefined && isSmall(entry)) writeSmall(created, await smallBody(archive, file.index));
      else await writeLarge(created, streamedBody(archive, file.index), signal);
    }
    for (const { path, target } of await linkTargets(archive, plan)) {
      if (pacer.isDue()) await pacer.turn();
      symlinkSync(target, join(directory, path));
      give(join(directory, path));
    }
  } catch (error) {
    throw tooLong(error);
  }
};
