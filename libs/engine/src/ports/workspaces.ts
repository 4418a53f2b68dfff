import type { AttemptKey } from './attempt-key.ts';
import type { AskDead, Reaped } from './reaping.ts';

export interface DiskUse {
  readonly usedBytes: number;
  /** The limit was reached at this or any earlier sample. */
  readonly exceeded: boolean;
}

/** The directories of attempts on this worker, with their disk limit. */
export interface Workspaces {
  /** Makes every area, empty, with the modes that a sandbox needs. A left-over of the same key is removed first. */
  open(key: AttemptKey, diskMb: number): Promise<void>;
  /**
   * Changes the disk limit of an open workspace; a limit that was reached stays reached. An adapter with a hard limit may
   * keep the one of `open` if that is larger: `diskUse` judges by this one in any case.
   */
  limitDisk(key: AttemptKey, diskMb: number): void;
  /** Writes one small file into an area before a sandbox has seen it; readable by the sandbox's user. */
  writeFile(key: AttemptKey, area: 'in', name: string, text: string): Promise<void>;
  /** Bytes of the writable areas (`work`, `home`, the verify pair). */
  diskUse(key: AttemptKey): Promise<DiskUse>;
  /** Opens a regular file of `out` without following links; null when absent or anything else. */
  readOut(
    key: AttemptKey,
    name: string,
    maxBytes: number,
  ): Promise<{ bytes: number; stream: AsyncIterable<Uint8Array> } | null>;
  /** Removes all of the attempt's areas; idempotent. */
  close(key: AttemptKey): Promise<void>;
  /** Removes all areas of dead attempts. Throws what `askDead` throws: then nothing was removed. */
  reap(askDead: AskDead): Promise<Reaped>;
  /** Free share of the disk, 0–1; claims stop below 0.1. */
  freeShare(): Promise<number>;
}
