import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { TeamId } from '@drydock/domain';
import { initBare, isCode, showPacks } from './bare-repository.ts';

/** Commits kept per repository, and how long a half-made or unused one may lie there. */
const KEPT_COMMITS = 3;
const ABANDONED_MS = 60 * 60 * 1000;
const UNUSED_MS = 14 * 24 * 60 * 60 * 1000;

export interface MirrorKey {
  readonly teamId: TeamId;
  readonly url: string;
}

/**
 * Cache of fetched commits: `<sha256(team, url)>/<commit>` is a bare repository with that one commit, made aside and
 * renamed into place. So it is either absent or complete, whatever dies, and workers that share the directory need no
 * lock; within this process a second task waits for the first one's fetch. It never crosses teams, and it is the caller's
 * duty to have asked the source with this attempt's own credential first.
 */
export class Mirrors {
  readonly #directory: string;
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Directory of the store; `fetch` fills an empty repository when there is none yet. */
  store(key: MirrorKey, commit: string, fetch: (gitDir: string) => Promise<void>): Promise<string> {
    const mirror = join(
      this.#directory,
      createHash('sha256').update(`${key.teamId}\0${key.url}`).digest('hex'),
    );
    const store = join(mirror, commit);
    const turn = (this.#tails.get(store) ?? Promise.resolve()).then(async () => {
      if (await this.#touch(store)) return;
      await this.#make(mirror, store, fetch);
      await this.#prune(mirror);
    });
    const tail = turn.catch(() => undefined); // a failed fetch is its own task's affair; the next one tries again
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
    await mkdir(mirror, { recursive: true });
    const aside = await mkdtemp(join(mirror, 'tmp-'));
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

  /** After a fetch, which is rare and slow anyway. Whoever is using a store has its packs linked already or fetches anew. */
  async #prune(mirror: string): Promise<void> {
    const now = Date.now();
    const ages = await agesOf(mirror, now);
    const commits = ages.filter(({ name }) => !name.startsWith('tmp-')).sort((a, b) => a.ageMs - b.ageMs);
    const abandoned = ages.filter(({ name, ageMs }) => name.startsWith('tmp-') && ageMs > ABANDONED_MS);
    for (const { path } of [...commits.slice(KEPT_COMMITS), ...abandoned]) await this.discard(path);
    for (const { path } of (await agesOf(this.#directory, now)).filter(({ ageMs }) => ageMs > UNUSED_MS))
      if ((await agesOf(path, now)).every(({ ageMs }) => ageMs > UNUSED_MS)) await this.discard(path);
  }
}

const agesOf = async (
  directory: string,
  now: number,
): Promise<{ name: string; path: string; ageMs: number }[]> => {
  const found = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const ageMs = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => null,
    );
    if (ageMs !== null) found.push({ name, path, ageMs });
  }
  return found;
};
