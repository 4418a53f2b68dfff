export interface StoredBytes {
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

/** A complete key, as a listing shows it. */
export interface ListedKey {
  readonly key: string;
  readonly bytes: number;
  /** By the clock of the store: compare it with `now()` only. */
  readonly modifiedAt: Date;
}

/**
 * Bytes under keys such as `tasks/<id>/attempts/<n>/<name>`, streamed both ways. A key is either absent or complete: a
 * crash in the middle leaves nothing visible.
 */
export interface ArtifactStore {
  /** Overwrites. Throws `store_failed`; `payload_too_large` past `maxBytes`. */
  put(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal; maxBytes?: number },
  ): Promise<StoredBytes>;
  /** Throws `artifact_not_available` when the key is absent. */
  get(key: string): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> }>;
  /** Removes the key and all keys below it; absent is fine. */
  remove(keyOrPrefix: string): Promise<void>;
  /**
   * Complete keys that start with `prefix` (any text, '' for all) and come after `after`, in the order of their characters.
   * Read page by page as the consumer pulls; keys put or removed meanwhile may or may not show. Throws `store_failed`.
   */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<ListedKey>;
  /** The time by the clock that `modifiedAt` is told by. Throws `store_failed`. */
  now(): Promise<Date>;
  /**
   * Removes what interrupted writes left behind: those of dead processes at once, others that have not moved for so long.
   * Returns how many. Throws `store_failed`.
   */
  removeHalfWritten(olderThanMs: number): Promise<number>;
  /** Writes and reads a marker; throws `store_failed`. */
  check(): Promise<void>;
}
