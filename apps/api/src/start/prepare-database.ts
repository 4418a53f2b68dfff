import { AppError } from '@drydock/domain';
import { FirstKey, stillMissing, type ApiKeyStore, type Log } from '@drydock/engine';
import type { MissingSchema } from '@drydock/persistence';

const AGAIN_MS = 1_000;

export interface DatabaseNeeds {
  readonly missingSchema: () => Promise<MissingSchema | null>;
  readonly keys: ApiKeyStore;
  readonly log: Log;
  /** DRYDOCK_API_KEY, or null. */
  readonly given: string | null;
  /** Takes the one line that shows a new key. */
  readonly print: (line: string) => void;
  /** A database that answers may lack tables for so long. */
  readonly waitMs: number;
}

type State = 'ready' | 'away' | 'behind';

const isPassing = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'service_unavailable';

/** Brings the database to where the api can work with it: the tables are there, and there is a key. */
export class PrepareDatabase {
  readonly #needs: DatabaseNeeds;
  #told = '';
  #behindSinceMs: number | null = null;

  constructor(needs: DatabaseNeeds) {
    this.#needs = needs;
  }

  /**
   * Waits while tables are missing: without them no request can be answered. While PostgreSQL is away the api answers
   * each with 503, so this returns and goes on by itself until `signal` aborts.
   * @param onUnfit - told when tables are still missing at the end of such a later wait.
   * @throws AppError `config_error` when tables have been missing for `waitMs`, or the server refuses to talk to us.
   */
  async run(signal: AbortSignal, onUnfit: (error: unknown) => void): Promise<void> {
    for (;;) {
      const state = await this.#step();
      if (state === 'ready') return;
      if (state === 'away') break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
    this.#later(signal, onUnfit);
  }

  #later(signal: AbortSignal, onUnfit: (error: unknown) => void): void {
    setTimeout(() => {
      if (signal.aborted) return;
      this.#step().then((state) => {
        if (state !== 'ready') this.#later(signal, onUnfit);
      }, onUnfit);
    }, AGAIN_MS).unref();
  }

  async #step(): Promise<State> {
    const { missingSchema, waitMs } = this.#needs;
    const missing = await missingSchema();
    if (missing === null) return this.#makeKey();
    this.#tell(missing.what);
    if (missing.isAway) return 'away';
    this.#behindSinceMs ??= performance.now();
    const waitedMs = performance.now() - this.#behindSinceMs;
    if (waitedMs >= waitMs) throw stillMissing(missing, waitedMs);
    return 'behind';
  }

  async #makeKey(): Promise<State> {
    const { keys, given, print } = this.#needs;
    try {
      const made = await new FirstKey(keys).ensure(given);
      if (made !== null) print(`API key: ${made}`);
      return 'ready';
    } catch (error) {
      if (!isPassing(error)) throw error;
      return 'away';
    }
  }

  #tell(what: string): void {
    if (what !== this.#told) this.#needs.log.warn({}, `waiting for ${what}`);
    this.#told = what;
  }
}
