import { crc32, inflateRawSync } from 'node:zlib';
import type { ArchiveEntry } from './archive-entry.ts';
import type { OpenArchive } from './open-archive.ts';

const SMALL_BYTES = 512 * 1024;

/** Whether a body is small enough to be inflated in one call. */
export const isSmall = (entry: ArchiveEntry): boolean =>
  entry.bytes <= SMALL_BYTES && entry.compressedBytes <= SMALL_BYTES;

const checkCrc = (entry: ArchiveEntry, crc: number): void => {
  if (crc !== entry.crc32) throw new Error('the checksum of a file in it is wrong');
};

/** The whole body of a small entry. Throws a plain Error when size or checksum lie. Cases Z16, Z17. */
export const smallBody = async (archive: OpenArchive, index: number): Promise<Buffer> => {
  const [entry, record] = [archive.entries[index], archive.records[index]];
  if (entry === undefined || record === undefined) throw new RangeError(`no entry ${String(index)}`);
  const { fileDataStart } = await archive.zip.readLocalFileHeaderPromise(record, { minimal: true });
  const packed = await archive.reader.bytes(fileDataStart, entry.compressedBytes);
  // One byte more than promised is enough to see the lie
  const body = entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: entry.bytes + 1 });
  if (body.length !== entry.bytes) throw new Error('the size of a file in it is wrong');
  checkCrc(entry, crc32(body));
  return body;
};

/** The body of any entry in pieces; throws like `smallBody`, perhaps only after the last piece. */
export async function* streamedBody(archive: OpenArchive, index: number): AsyncGenerator<Buffer> {
  const [entry, record] = [archive.entries[index], archive.records[index]];
  if (entry === undefined || record === undefined) throw new RangeError(`no entry ${String(index)}`);
  let crc = 0;
  let bytes = 0;
  const stream: AsyncIterable<Buffer> = await archive.zip.openReadStreamPromise(record);
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > entry.bytes) throw new Error('the size of a file in it is wrong');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (bytes !== entry.bytes) throw new Error('the size of a file in it is wrong');
  checkCrc(entry, crc);
}
