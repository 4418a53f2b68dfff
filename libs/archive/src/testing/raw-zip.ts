import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a ZIP made by hand; what is given wrong is written wrong. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: Buffer | string;
  /** Default: stored. 8 deflates. */
  readonly method?: number;
  /** Default: UTF-8 names. */
  readonly flags?: number;
  readonly mode?: number;
  readonly maker?: number;
  readonly crc?: number;
  readonly bytes?: number;
  readonly compressedBytes?: number;
  readonly localName?: string;
  readonly extra?: Buffer;
  /** Points to the local header of this earlier entry instead of having one. */
  readonly sharesBodyOf?: number;
}

const UTF8 = 0x800;

const header = (entry: RawEntry, body: Buffer, data: Buffer): Buffer => {
  const fixed = Buffer.alloc(26);
  fixed.writeUInt16LE(20, 0);
  fixed.writeUInt16LE(entry.flags ?? UTF8, 2);
  fixed.writeUInt16LE(entry.method ?? 0, 4);
  fixed.writeUInt32LE(entry.crc ?? crc32(data), 10);
  fixed.writeUInt32LE(entry.compressedBytes ?? body.length, 14);
  fixed.writeUInt32LE(entry.bytes ?? data.length, 18);
  return fixed;
};

const local = (entry: RawEntry, fixed: Buffer, body: Buffer): Buffer => {
  const name = Buffer.from(entry.localName ?? entry.name);
  const head = Buffer.from(fixed);
  head.writeUInt16LE(name.length, 22);
  head.writeUInt16LE(0, 24);
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, name, body]);
};

const central = (entry: RawEntry, fixed: Buffer, offset: number): Buffer => {
  const name = Buffer.from(entry.name);
  const extra = entry.extra ?? Buffer.alloc(0);
  const head = Buffer.alloc(46);
  head.write('PK\x01\x02', 'latin1');
  head.writeUInt16LE(((entry.maker ?? 3) << 8) | 20, 4);
  fixed.copy(head, 6);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, name, extra]);
};

const endRecord = (
  count: number,
  directoryBytes: number,
  directoryOffset: number,
  comment: Buffer,
): Buffer => {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
};

/** The bytes of a ZIP, sound or not. `count` and `comment` go into the end record. */
export const rawZip = (
  entries: readonly RawEntry[],
  { count = entries.length, comment = Buffer.alloc(0) }: { count?: number; comment?: Buffer } = {},
): Buffer => {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? '');
    const body = entry.method === 8 ? deflateRawSync(data) : data;
    const fixed = header(entry, body, data);
    const shared = entry.sharesBodyOf === undefined ? undefined : offsets[entry.sharesBodyOf];
    offsets.push(shared ?? at);
    centrals.push(central(entry, fixed, shared ?? at));
    if (shared !== undefined) continue;
    const bytes = local(entry, fixed, body);
    locals.push(bytes);
    at += bytes.length;
  }
  const directory = Buffer.concat(centrals);
  return Buffer.concat([...locals, directory, endRecord(count, directory.length, at, comment)]);
};

export const LINK_MODE = 0o120777;
