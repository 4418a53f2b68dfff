import { AppError } from '@drydock/domain';
import type { ArchiveEntry, ArchiveLimits } from './archive-entry.ts';

const LOCAL_HEADER_BYTES = 30;

const bomb = (detail: string): never => {
  throw new AppError('archive_bomb', detail);
};

const mib = (bytes: number): string => `${String(Math.floor(bytes / 1024 ** 2))} MiB`;

/**
 * Bounds on what the archive says that it unpacks to. The extraction holds every entry to its word.
 * @returns The sum of all unpacked sizes.
 * @throws AppError `archive_bomb`. Case Z18.
 */
export const checkSizes = (entries: readonly ArchiveEntry[], limits: ArchiveLimits): number => {
  let unpacked = 0;
  let packed = 0;
  for (const entry of entries) {
    if (entry.bytes > limits.maxFileBytes)
      bomb(`A file in the ZIP unpacks to more than ${mib(limits.maxFileBytes)}. Leave it out.`);
    if (entry.bytes > limits.ratioFreeBytes && entry.bytes > entry.compressedBytes * limits.maxRatio)
      bomb(`A file in the ZIP unpacks to more than ${String(limits.maxRatio)} times its size. Leave it out.`);
    unpacked += entry.bytes;
    packed += entry.compressedBytes;
  }
  if (unpacked > limits.maxUnpackedBytes)
    bomb(
      `The ZIP unpacks to more than ${mib(limits.maxUnpackedBytes)}. Leave out what the task does not need.`,
    );
  if (unpacked > limits.ratioFreeBytes && unpacked > packed * limits.maxRatio)
    bomb(`The ZIP unpacks to more than ${String(limits.maxRatio)} times its size.`);
  return unpacked;
};

/**
 * Refuses entries that share bytes: with them a small archive delivers one body many times over. A local header is taken
 * at its least size, because its name may be shorter than the one in the central directory.
 * @throws AppError `archive_bomb`. Case Z19.
 */
export const checkOverlap = (entries: readonly ArchiveEntry[]): void => {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const entry of sorted) {
    if (entry.offset < end) bomb('Entries of the ZIP overlap. Pack it again with another tool.');
    end = entry.offset + LOCAL_HEADER_BYTES + entry.compressedBytes;
  }
};
