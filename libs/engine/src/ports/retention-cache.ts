export interface CacheBounds {
  /** Null: for ever. */
  readonly unusedMs: number | null;
  /** Null: no bound. */
  readonly maxBytes: number | 'tenth_of_disk' | null;
  /** Half-made entries of processes that cannot be asked go after this long; those of dead ones at once. */
  readonly abandonedMs: number;
}

export interface CacheTrim {
  /** Entries that were removed, and half-made ones. */
  readonly entries: number;
  readonly abandoned: number;
  /** What is left. */
  readonly bytes: number;
}

/** Copies of sources on this host, which can be fetched again at any time. */
export interface SourceCache {
  /** Removes what nobody used for so long, then the least recently used above the size; never what a checkout may be using. */
  trim(bounds: CacheBounds): Promise<CacheTrim>;
}
