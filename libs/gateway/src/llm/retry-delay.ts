/** Answers that another try may turn into a good one. 529 is Anthropic's "overloaded". */
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529]);

export const isRetried = (status: number): boolean => RETRIED.has(status);

/** Milliseconds that a `Retry-After` asks for, in seconds or as a date; null when there is none to be read. */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | null => {
  if (header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
};

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Pause before the next try.
 * @param tries - that failed so far, from 1.
 * @param random - 0 to 1; half of the pause is random, so that tasks that failed together do not come back together.
 */
export const retryDelayMs = (
  { baseMs, capMs }: Backoff,
  { tries, askedMs, random }: { tries: number; askedMs: number | null; random: number },
): number => {
  if (askedMs !== null) return Math.min(askedMs, capMs);
  const full = Math.min(baseMs * 2 ** (tries - 1), capMs);
  return full / 2 + (full / 2) * random;
};
