import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { TeamId } from '@drydock/domain';
import type { ProcessOwners } from '@drydock/engine';
import { halfMadePrefix } from '../host/owned-folders.ts';
import { initBare, isCode, showPacks } from './bare-repository.ts';
import { IN_USE_MS, pruneCommits } from './stored-mirrors.ts';

/** An upkeep may remove an empty mirror between making it and making something in it. */
const MAKE_TRIES = 5;

export interface MirrorKey {
  readonly teamId: TeamId;
  readonly url: string;
}

/** How a commit comes into an empty repository, and until when that is waited for. */
export interface StoreFill {
  readonly fetch: (gitDir: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Waits for what never fails. @throws the signal's reason. */
const waitFor = async (others: Promise<unknown>, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([others, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/**
 * Cache of fetched commits: `<sha256(team, url)>/<commit>` is a bare repository with that one commit, made aside and
 * renamed into place. So it is either absent or complete, whatever dies, and workers that share the directory need no
 * lock; within this process a second task waits for the first one's fetch. It never crosses teams, and it is the caller's
 * duty to have asked the source with this attempt's own credential first. Every use begins with a touch: what was touched
 * within the time of a checkout is not evicted.
 */
export class Mirrors {
  readonly #directory: string;
  readonly #owners: ProcessOwners;
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(directory: string, owners: ProcessOwners) {
    this.#directory = directory;
    this.#owners = owners;
  }

  /** Directory of the store; `fetch` fills an empty repository when there is none yet. @throws the signal's reason. */
  store(key: MirrorKey, commit: string, { fetch, signal }: StoreFill): Promise<string> {
    const mirror = join(
      this.#directory,
      createHash('sha256').update(`${key.teamId}\0${key.url}`).digest('hex'),
    );
    const store = join(mirror, commit);
    const others = this.#tails.get(store) ?? Promise.resolve();
    const turn = waitFor(others, signal).then(async () => {
      if (await this.#touch(store)) return;
      await this.#make(mirror, store, fetch);
      await this.#touch(store);
      await pruneCommits(mirror, IN_USE_MS);
    });
    // A failed fetch is its own task's affair, and the next one tries again. One that was given up still has others before it.
    const tail = Promise.allSettled([others, turn]);
    this.#tails.set(store, tail);
    void tail.then(() => {
      if (this.#tails.get(store) === tail) this.#tails.delete(store);
    });
    return turn.then(() => store);
  }

  /** Throws a damaged store away. */
  discard(store: string): Promise<void> {
    return rm(store, { recursive: true, force: true });
  }

  async #touch(store: string): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(store, now, now);
      return true;
    } catch (error) {
      if (isCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  async #make(mirror: string, store: string, fetch: (gitDir: string) => Promise<void>): Promise<void> {
    const aside = await this.#makeAside(mirror);
    try {
      await initBare(aside);
      await fetch(aside);
      await showPacks(aside);
      await rename(aside, store).catch((error: unknown) => {
        if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error; // another worker was first
      });
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }

  async #makeAside(mirror: string): Promise<string> {
    for (let tries = 1; ; tries++) {
      await mkdir(mirror, { recursive: true });
      try {
        return await mkdtemp(join(mirror, halfMadePrefix(this.#owners.mark)));
      } catch (error) {
        if (tries >= MAKE_TRIES || !isCode(error, 'ENOENT')) throw error;
      }
    }
  }
}
