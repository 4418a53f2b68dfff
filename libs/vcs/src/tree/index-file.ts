import { createHash } from 'node:crypto';
import { FILE, typeOf, type TreeEntry } from './tree-entry.ts';

/** What git keeps of `lstat` to see that a file was not touched. */
export interface FileStat {
  readonly ctimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly size: bigint;
}

const FIXED_BYTES = 62;
const MAX_NAME_IN_FLAGS = 0xfff;
const BILLION = 1_000_000_000n;

const low32 = (value: bigint): number => Number(BigInt.asUintN(32, value));
/** At least one NUL ends the name, and entries begin at multiples of eight. */
const paddedBytes = (nameBytes: number): number => (FIXED_BYTES + nameBytes + 8) & ~7;
const canonicalMode = (mode: number): number =>
  typeOf(mode) === FILE ? ((mode & 0o100) !== 0 ? 0o100755 : 0o100644) : typeOf(mode);

const STAT_BYTES = 40;

/** The stat data of one entry as it stands in an index; a tenth of what Node's own object takes, times 200,000 files. */
export const encodeStat = (stat: FileStat): Buffer => {
  const data = Buffer.alloc(STAT_BYTES);
  data.writeUInt32BE(low32(stat.ctimeNs / BILLION), 0);
  data.writeUInt32BE(low32(stat.ctimeNs % BILLION), 4);
  data.writeUInt32BE(low32(stat.mtimeNs / BILLION), 8);
  data.writeUInt32BE(low32(stat.mtimeNs % BILLION), 12);
  data.writeUInt32BE(low32(stat.dev), 16);
  data.writeUInt32BE(low32(stat.ino), 20);
  data.writeUInt32BE(low32(stat.uid), 28);
  data.writeUInt32BE(low32(stat.gid), 32);
  data.writeUInt32BE(low32(stat.size), 36);
  return data;
};

/**
 * A git index of version 2. Writing it here saves two git processes, and makes it possible to note the stat data *after*
 * the files were given away, since `chown` changes their ctime.
 * @param entries - In the order of `ls-tree -r`, which is that of the index.
 * @param statOf - `encodeStat` of the file of entry `i`; null leaves it to git to compare the content.
 */
export const encodeIndex = (
  entries: readonly TreeEntry[],
  statOf: (i: number) => Buffer | null = () => null,
): Buffer => {
  const bytes = entries.reduce((sum, entry) => sum + paddedBytes(entry.path.length), 12 + 20);
  const index = Buffer.alloc(bytes);
  index.write('DIRC', 'latin1');
  index.writeUInt32BE(2, 4);
  index.writeUInt32BE(entries.length, 8);
  let at = 12;
  entries.forEach((entry, i) => {
    statOf(i)?.copy(index, at);
    index.writeUInt32BE(canonicalMode(entry.mode), at + 24);
    index.write(entry.id, at + 40, 'hex');
    index.writeUInt16BE(Math.min(entry.path.length, MAX_NAME_IN_FLAGS), at + 60);
    entry.path.copy(index, at + FIXED_BYTES);
    at += paddedBytes(entry.path.length);
  });
  createHash('sha1').update(index.subarray(0, at)).digest().copy(index, at);
  return index;
};
