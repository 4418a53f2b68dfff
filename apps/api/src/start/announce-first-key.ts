import { AppError } from '@drydock/domain';
import { FirstKey, type ApiKeyStore, type Log } from '@drydock/engine';

const AGAIN_MS = 1_000;

export interface FirstKeyNeeds {
  readonly keys: ApiKeyStore;
  readonly log: Log;
  /** DRYDOCK_API_KEY, or null. */
  readonly given: string | null;
  /** Takes the one line that shows a new key. */
  readonly print: (line: string) => void;
}

const isPassing = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'service_unavailable';

/** Prints the first key if one had to be made. False: the database does not answer yet. */
const tryOnce = async ({ keys, log, given, print }: FirstKeyNeeds): Promise<boolean> => {
  try {
    const made = await new FirstKey(keys).ensure(given);
    if (made !== null) print(`API key: ${made}`);
    return true;
  } catch (error) {
    if (!isPassing(error)) throw error;
    log.warn({ error }, 'no API key can be checked: PostgreSQL does not answer');
    return false;
  }
};

/**
 * Ensures the first key before the api listens when the database answers, else as soon as it does.
 * @returns when the first try is over; later ones go on until `signal` aborts.
 */
export const announceFirstKey = async (needs: FirstKeyNeeds, signal: AbortSignal): Promise<void> => {
  if (await tryOnce(needs)) return;
  const again = (): void => {
    if (signal.aborted) return;
    tryOnce(needs).then(
      (isDone) => {
        if (!isDone) setTimeout(again, AGAIN_MS).unref();
      },
      (error: unknown) => {
        needs.log.error({ error }, 'the first API key could not be made');
      },
    );
  };
  setTimeout(again, AGAIN_MS).unref();
};
