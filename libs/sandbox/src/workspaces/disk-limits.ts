import type { AttemptKey, DiskUse } from '@drydock/engine';

const MIB = 1024 ** 2;

interface Limit {
  bytes: number;
  wasReached: boolean;
}

const nameOf = (key: AttemptKey): string => `${key.taskId}/${key.attempt}`;

/** The disk limits of the open workspaces. Once reached stays reached: deleting what was too much undoes nothing. */
export class DiskLimits {
  readonly #limits = new Map<string, Limit>();

  set(key: AttemptKey, diskMb: number): void {
    this.#limits.set(nameOf(key), { bytes: diskMb * MIB, wasReached: false });
  }

  /** Keeps what was reached. */
  change(key: AttemptKey, diskMb: number): void {
    const limit = this.#limits.get(nameOf(key));
    if (limit) limit.bytes = diskMb * MIB;
  }

  judge(key: AttemptKey, usedBytes: number): DiskUse {
    const limit = this.#limits.get(nameOf(key));
    if (limit && usedBytes >= limit.bytes) limit.wasReached = true;
    return { usedBytes, exceeded: limit?.wasReached ?? false };
  }

  forget(key: AttemptKey): void {
    this.#limits.delete(nameOf(key));
  }
}
