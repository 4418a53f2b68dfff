import type { AttemptKey } from './attempt-key.ts';

export interface SpoolWriter {
  /** Buffered; the caller bounds what it writes. Never throws: a write error surfaces at `close`. */
  write(text: string): void;
  /** Throws `store_failed`. */
  close(): Promise<void>;
}

/** Files of the worker's own in the attempt's `spool` area, on their way to becoming artifacts. */
export interface Spool {
  open(key: AttemptKey, name: string): SpoolWriter;
  /** Null when the file was never written. */
  read(key: AttemptKey, name: string): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> } | null>;
}
