import { AppError } from '@drydock/domain';
import type { ArchiveEntry } from './archive-entry.ts';
import { shownName } from './entry-name.ts';

export type EntryKind = 'file' | 'link' | 'folder';

const TYPE_MASK = 0o170000;
const TYPES: Record<number, EntryKind> = {
  0: 'file',
  0o100000: 'file',
  0o120000: 'link',
  0o040000: 'folder',
};
const ENCRYPTED = 0x41;
const MAX_LINK_BYTES = 4095;

/**
 * What an entry becomes.
 * @throws AppError `archive_entry_type` (device, FIFO, socket, a link that cannot be one), `archive_invalid` (encrypted,
 * a method other than stored and deflated). Cases Z05, Z15, Z23.
 */
export const entryKind = (entry: ArchiveEntry, name: string): EntryKind => {
  const kind = TYPES[entry.unixMode & TYPE_MASK];
  const isFolderName = name.endsWith('/');
  if (kind === undefined || (kind === 'link' && isFolderName))
    throw new AppError(
      'archive_entry_type',
      `${shownName(name)} in the ZIP is neither a file, a folder nor a symbolic link. Leave it out.`,
    );
  if (isFolderName || kind === 'folder') return 'folder'; // whatever data it carries is ignored
  if ((entry.flags & ENCRYPTED) !== 0)
    throw new AppError(
      'archive_invalid',
      `${shownName(name)} in the ZIP is encrypted. Pack without a password.`,
    );
  if (entry.method !== 0 && entry.method !== 8)
    throw new AppError(
      'archive_invalid',
      `${shownName(name)} in the ZIP is packed by method ${String(entry.method)}. Use deflate or none.`,
    );
  if (kind === 'link' && (entry.bytes === 0 || entry.bytes > MAX_LINK_BYTES))
    throw new AppError(
      'archive_entry_type',
      `The symbolic link ${shownName(name)} in the ZIP has no usable target.`,
    );
  return kind;
};

export const isExecutable = (entry: ArchiveEntry): boolean => (entry.unixMode & 0o100) !== 0;
