export interface StoredBytes {
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
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
  /** Writes and reads a marker; throws `store_failed`. */
  check(): Promise<void>;
}
