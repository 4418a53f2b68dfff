import { AppError, AttemptAborted } from '@drydock/domain';
import pRetry from 'p-retry';
import type { HeldLease } from './held-lease.ts';

/** Whether the database said that something is another session's by now. */
const isLeaseLost = (error: unknown): boolean => error instanceof AppError && error.code === 'lease_lost';

/**
 * Repeats a write while PostgreSQL is away: nobody can claim meanwhile, so running work goes on. The write must be one that
 * may be told twice. Before each try it asks whether the work may still be ours, and a database that says `lease_lost`
 * stops the work at once.
 * @throws AttemptAborted before a try that must not be sent; AppError as the write throws it.
 */
export const patiently = async <T>(held: HeldLease, write: () => Promise<T>): Promise<T> => {
  const attempt = (): Promise<T> => {
    held.check();
    return write();
  };
  try {
    return await pRetry(attempt, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 100,
      maxTimeout: 2000,
      signal: held.lost,
      shouldRetry: ({ error }) => error instanceof AppError && error.code === 'service_unavailable',
    });
  } catch (error) {
    if (isLeaseLost(error)) held.stop(new AttemptAborted('lease_lost', 'another worker has the work'));
    throw error;
  }
};
