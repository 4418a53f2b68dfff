import { isDamage } from './damage.ts';
import type { MirrorKey, Mirrors } from './mirrors.ts';

/** A commit in the cache of mirrors. */
export interface MirroredCommit {
  readonly mirrors: Mirrors;
  readonly key: MirrorKey;
  readonly commit: string;
}

interface StoreUse<T> {
  /** Brings the commit into an empty repository. */
  readonly fetch: (gitDir: string) => Promise<void>;
  /** May be called twice. */
  readonly use: (store: string) => Promise<T>;
}

/**
 * Uses the store of a commit. One that turns out to be damaged is thrown away, and it is all done once more from the source.
 * The caller has asked the source with its own credential before.
 */
export const withStore = async <T>(
  { mirrors, key, commit }: MirroredCommit,
  { fetch, use }: StoreUse<T>,
  signal: AbortSignal,
): Promise<T> => {
  const fetchAndUse = async (): Promise<T> => {
    const store = await mirrors.store(key, commit, { fetch, signal });
    try {
      return await use(store);
    } catch (error) {
      if (isDamage(error) && !signal.aborted) await mirrors.discard(store);
      throw error;
    }
  };
  try {
    return await fetchAndUse();
  } catch (error) {
    if (!isDamage(error) || signal.aborted) throw error;
    return fetchAndUse();
  }
};
