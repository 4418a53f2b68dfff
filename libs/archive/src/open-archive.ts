import { isAscii, isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { AppError } from '@drydock/domain';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import type { ArchiveEntry, ArchiveLimits } from './archive-entry.ts';
import { WindowedReader } from './windowed-reader.ts';

export interface OpenArchive {
  readonly zip: ZipFile;
  readonly reader: WindowedReader;
  readonly records: readonly Entry[];
  /** Same order and number as `records`. */
  readonly entries: readonly ArchiveEntry[];
}

const UTF8_FLAG = 0x800;
const UNICODE_PATH_FIELD = 0x7075;
/** Makers whose upper 16 bits of the external attributes are a Unix mode: Unix and macOS. */
const UNIX_MAKERS: ReadonlySet<number> = new Set([3, 19]);
const CENTRAL_HEADER = 0x02014b50;

const nameOf = (record: Entry): string | null => {
  const raw = record.fileNameRaw;
  if ((record.generalPurposeBitFlag & UTF8_FLAG) !== 0 && !isUtf8(raw)) return null;
  const unicode = record.extraFields.find((field) => field.id === UNICODE_PATH_FIELD);
  if (unicode !== undefined && !isUtf8(unicode.data.subarray(5))) return null;
  // Code page 437 has pictures where ASCII has control characters, but the tools that write plain names mean ASCII
  if (unicode === undefined && isAscii(raw)) return raw.toString('latin1');
  return getFileNameLowLevel(record.generalPurposeBitFlag, raw, record.extraFields, true);
};

const entryOf = (record: Entry): ArchiveEntry => ({
  name: nameOf(record),
  flags: record.generalPurposeBitFlag,
  method: record.compressionMethod,
  crc32: record.crc32,
  compressedBytes: record.compressedSize,
  bytes: record.uncompressedSize,
  unixMode: UNIX_MAKERS.has(record.versionMadeBy >>> 8) ? record.externalFileAttributes >>> 16 : 0,
  offset: record.relativeOffsetOfLocalHeader,
});

/** An old tool counts modulo 65,536: entries beyond the count would silently be missing. */
const refuseHiddenEntries = async (zip: ZipFile, reader: WindowedReader): Promise<void> => {
  const next = Number(zip.readEntryCursor);
  if (next + 4 > zip.fileSize) return;
  if ((await reader.bytes(next, 4)).readUInt32LE() === CENTRAL_HEADER)
    throw new Error('it has more entries than its end record says');
};

const readAll = async (reader: WindowedReader, size: number, limits: ArchiveLimits): Promise<OpenArchive> => {
  const zip = await fromRandomAccessReaderPromise(reader, size, { decodeStrings: false, autoClose: false });
  if (zip.entryCount > limits.maxEntries)
    throw new AppError(
      'archive_too_many_entries',
      `The ZIP has more than ${String(limits.maxEntries)} entries. Leave out what the task does not need.`,
    );
  const records: Entry[] = [];
  for await (const record of zip.eachEntry()) records.push(record);
  if (records.length > 0) await refuseHiddenEntries(zip, reader);
  return { zip, reader, records, entries: records.map(entryOf) };
};

/** What the reader of ZIPs throws as the error that clients see; ours and the file system's pass. */
const asArchiveError = (thrown: unknown): unknown => {
  if (thrown instanceof AppError || !Error.isError(thrown) || thrown.name === 'AbortError') return thrown;
  if ('syscall' in thrown) return thrown;
  return new AppError('archive_invalid', `The file is not a sound ZIP: ${thrown.message}. Pack it again.`, {
    cause: thrown,
  });
};

/**
 * Reads the central directory of the ZIP at `path` and lends it to `use`.
 * @throws AppError `archive_invalid` (Z15, Z21), `archive_too_many_entries` (Z20), and what `use` throws.
 */
export const withArchive = async <T>(
  path: string,
  limits: ArchiveLimits,
  use: (archive: OpenArchive) => Promise<T>,
): Promise<T> => {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const reader = new WindowedReader(file);
  try {
    return await use(await readAll(reader, size, limits));
  } catch (error) {
    throw asArchiveError(error);
  }
};
