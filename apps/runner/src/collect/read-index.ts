const HEADER_BYTES = 12;
const FIXED_BYTES = 62;
const MAX_NAME_IN_FLAGS = 0xfff;

/** What git's index keeps of `lstat`. All zero: unknown. */
export interface IndexStat {
  readonly ctimeSeconds: number;
  readonly ctimeNanoseconds: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

export interface IndexEntry {
  /** Its bytes as latin1: one character each, whatever they mean. */
  readonly path: string;
  readonly mode: number;
  readonly id: string;
  readonly stat: IndexStat;
}

const statAt = (index: Buffer, at: number): IndexStat => ({
  ctimeSeconds: index.readUInt32BE(at),
  ctimeNanoseconds: index.readUInt32BE(at + 4),
  mtimeSeconds: index.readUInt32BE(at + 8),
  mtimeNanoseconds: index.readUInt32BE(at + 12),
  ino: index.readUInt32BE(at + 20),
  uid: index.readUInt32BE(at + 28),
  gid: index.readUInt32BE(at + 32),
  size: index.readUInt32BE(at + 36),
});

/** The entries of an index of version 2 with SHA-1 ids. @throws when it is anything else. */
export const readIndex = (index: Buffer): IndexEntry[] => {
  if (index.toString('latin1', 0, 4) !== 'DIRC' || index.readUInt32BE(4) !== 2)
    throw new Error('not a git index of version 2');
  const entries: IndexEntry[] = [];
  let at = HEADER_BYTES;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const nameAt = at + FIXED_BYTES;
    const length = index.readUInt16BE(at + 60) & MAX_NAME_IN_FLAGS;
    const end = length < MAX_NAME_IN_FLAGS ? nameAt + length : index.indexOf(0, nameAt + length);
    entries.push({
      path: index.toString('latin1', nameAt, end),
      mode: index.readUInt32BE(at + 24),
      id: index.toString('hex', at + 40, at + 60),
      stat: statAt(index, at),
    });
    at += (FIXED_BYTES + (end - nameAt) + 8) & ~7;
  }
  return entries;
};
