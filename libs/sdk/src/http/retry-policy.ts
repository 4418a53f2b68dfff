/** When and how often a call is tried again; pure. */

export interface RetryOptions {
  /** Tries after the first one. Default 4; 0 turns retries off. */
  readonly maxRetries?: number;
  /** Wait before the first retry, at most; doubles with each. Default 250. */
  readonly firstDelayMs?: number;
  /** No wait is longer. An API that asks for more patience gets none: the call fails with its answer. Default 30,000. */
  readonly maxDelayMs?: number;
}
export type RetryPolicy = Required<RetryOptions>;

export const retryPolicy = (options: RetryOptions = {}): RetryPolicy => ({
  maxRetries: options.maxRetries ?? 4,
  firstDelayMs: options.firstDelayMs ?? 250,
  maxDelayMs: options.maxDelayMs ?? 30_000,
});

/** `Retry-After` in seconds: a number or an HTTP date. Null: there is none. */
export const retryAfterSeconds = (header: string | null, nowMs: number): number | null => {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? null : Math.max(0, (dateMs - nowMs) / 1000);
};

/** Full jitter: clients that failed together do not come back together. @param random - in [0, 1). */
export const backoffMs = (policy: RetryPolicy, tries: number, random: number): number =>
  Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** tries) * (0.5 + random / 2);

/** What went wrong: no whole answer came (`null`), or this status. */
export interface Fault {
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  readonly code: string | null;
}

/** Refused before anything was done: trying again repeats nothing. */
const NOT_TAKEN = new Set([429, 503]);
const PASSING = new Set([502, 504]);

/**
 * Milliseconds to wait before the next try; null: give up.
 * @param isRepeatable - whether doing it twice is the same as once (a GET, or an Idempotency-Key).
 */
export const delayBefore = (
  policy: RetryPolicy,
  fault: Fault & { readonly isRepeatable: boolean },
  { tries, random }: { readonly tries: number; readonly random: number },
): number | null => {
  if (tries >= policy.maxRetries) return null;
  const isPassing =
    fault.status === null ||
    NOT_TAKEN.has(fault.status) ||
    PASSING.has(fault.status) ||
    fault.code === 'idempotency_in_flight';
  const mayRepeat = fault.isRepeatable || (fault.status !== null && NOT_TAKEN.has(fault.status));
  // A full queue does not empty within the patience of a call.
  if (!isPassing || !mayRepeat || fault.code === 'queue_full') return null;
  const asked = (fault.retryAfterSeconds ?? 0) * 1000;
  if (asked > policy.maxDelayMs) return null;
  return Math.max(asked, backoffMs(policy, tries, random));
};
