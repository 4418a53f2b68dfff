import { text } from 'node:stream/consumers';
import { AppError } from '@drydock/domain';
import type { ArtifactStore, ListedKey } from '../ports/artifact-store.ts';
import type { RetentionStore } from '../ports/retention-store.ts';
import { isOrphan, parseKey } from './stored-key.ts';

/** Keys per question to the database, and questions per run; the next run goes on where this one stopped. */
const PAGE = 500;
const PAGES = 20;
/** Says whose store it is. */
const OWNER_KEY = 'instance';
const PUT_MS = 30_000;

export interface OrphanSweepParts {
  readonly artifacts: ArtifactStore;
  readonly store: Pick<RetentionStore, 'taskFiles'>;
  /** Id of the installation that the database belongs to. */
  readonly instanceId: () => Promise<string>;
  readonly graceMs: number;
}

/**
 * Removes stored files that no row will ever name: inputs whose task was never accepted, files of attempts that were lost,
 * and what a run that died had withdrawn. The grace spares what is in the making; ages are told by the store's own clock,
 * so that a worker whose clock is wrong removes nothing too early.
 */
export class OrphanSweep {
  readonly #parts: OrphanSweepParts;
  #after = '';

  constructor(parts: OrphanSweepParts) {
    this.#parts = parts;
  }

  /**
   * A key that cannot be removed does not keep the others. @returns How many were removed.
   * @throws AppError `config_error`: the store belongs to another installation; what the first failed removal threw.
   */
  async run(signal: AbortSignal): Promise<number> {
    await this.#assertOurs();
    let removed = 0;
    const failures: unknown[] = [];
    for (let page = 0; page < PAGES && !signal.aborted; page++) {
      const keys = await this.#nextPage();
      for (const key of await this.#orphansAmong(keys))
        await this.#parts.artifacts.remove(key).then(
          () => removed++,
          (error: unknown) => failures.push(error),
        );
      this.#after = keys.length < PAGE ? '' : (keys.at(-1)?.key ?? '');
      if (this.#after === '') break;
    }
    if (failures.length > 0) throw failures[0];
    return removed;
  }

  /** With a fresh database before an old store, every file would look like an orphan. */
  async #assertOurs(): Promise<void> {
    const { artifacts, instanceId } = this.#parts;
    const id = await instanceId();
    const found = await artifacts.get(OWNER_KEY).then(
      ({ stream }) => text(stream),
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'artifact_not_available') return null;
        throw error;
      },
    );
    if (found === null) await artifacts.put(OWNER_KEY, oneChunk(id), { signal: AbortSignal.timeout(PUT_MS) });
    else if (found !== id)
      throw new AppError(
        'config_error',
        `The artifact store belongs to the installation ${found}, the database to ${id}. Nothing is removed from it. If the database was replaced on purpose, delete the key "${OWNER_KEY}" from the store.`,
      );
  }

  async #nextPage(): Promise<ListedKey[]> {
    const keys: ListedKey[] = [];
    for await (const key of this.#parts.artifacts.list('', { after: this.#after })) {
      keys.push(key);
      if (keys.length === PAGE) break;
    }
    return keys;
  }

  async #orphansAmong(keys: readonly ListedKey[]): Promise<string[]> {
    const { artifacts, store, graceMs } = this.#parts;
    const oldest = (await artifacts.now()).getTime() - graceMs;
    const past = keys
      .filter(({ modifiedAt }) => modifiedAt.getTime() <= oldest)
      .map(({ key }) => ({ key, parsed: parseKey(key) }));
    const ids = new Set(past.flatMap(({ parsed }) => ('taskId' in parsed ? [parsed.taskId] : [])));
    const known = new Map((await store.taskFiles([...ids])).map((files) => [files.id, files]));
    return past
      .filter(({ parsed }) => isOrphan(parsed, 'taskId' in parsed ? known.get(parsed.taskId) : undefined))
      .map(({ key }) => key);
  }
}

async function* oneChunk(content: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content));
}
