import { AppError } from '@drydock/domain';
import pRetry from 'p-retry';

/**
 * Repeats a write to the truth while PostgreSQL is away: nobody can claim meanwhile, so running work goes on. Ends with
 * the signal (the session gives its work up after 120 s) or with any other error, `lease_lost` above all.
 */
export const retryWhileUnavailable = <T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> =>
  pRetry(write, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: 2000,
    signal,
    shouldRetry: ({ error }) => error instanceof AppError && error.code === 'service_unavailable',
  });
