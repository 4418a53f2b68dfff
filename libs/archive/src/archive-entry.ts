/** One record of a ZIP's central directory, as read; nothing in it has been checked. Sizes and offsets in bytes. */
export interface ArchiveEntry {
  /** The final name, or null when its bytes are not the UTF-8 that they claim to be. */
  readonly name: string | null;
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Mode bits as `stat` has them; 0 when the maker of the archive was not a Unix. */
  readonly unixMode: number;
  /** Of the local header. */
  readonly offset: number;
}

export interface ArchiveLimits {
  readonly maxArchiveBytes: number;
  readonly maxEntries: number;
  readonly maxUnpackedBytes: number;
  readonly maxFileBytes: number;
  /** Unpacked to packed; looked at above `ratioFreeBytes` only, since small texts of one letter pack well. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
}
