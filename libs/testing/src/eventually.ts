import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface EventuallyOptions {
  /** Default 60,000: it only ends what hangs, also on a slow machine. */
  readonly timeoutMs?: number;
  /** Pause between two checks; default 25. */
  readonly intervalMs?: number;
  /** What to print when time is up, besides the last result or error of the check. */
  readonly lastSeen?: () => unknown;
}

type Falsy = false | null | undefined | 0 | '';

const failure = (timeoutMs: number, last: unknown, lastSeen?: () => unknown): Error => {
  const seen = lastSeen === undefined ? '' : `\nlast seen: ${inspect(lastSeen(), { depth: 6 })}`;
  const cause = last instanceof Error ? last.message : `last result: ${inspect(last, { depth: 6 })}`;
  return new Error(`Not within ${String(timeoutMs)} ms. ${cause}${seen}`, { cause: last });
};

/**
 * Repeats `check` until it gives something truthy; a throw counts as "not yet", so `expect` works inside.
 * @returns what the check gave.
 * @throws Error with the last result or error and `lastSeen()` once time is up.
 */
export const eventually = async <T>(
  check: () => T | Promise<T>,
  { timeoutMs = 60_000, intervalMs = 25, lastSeen }: EventuallyOptions = {},
): Promise<Exclude<T, Falsy>> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const result = await check();
      if (result) return result as Exclude<T, Falsy>;
      last = result;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) throw failure(timeoutMs, last, lastSeen);
    await delay(intervalMs);
  }
};
