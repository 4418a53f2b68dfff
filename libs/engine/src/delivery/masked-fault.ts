import { AppError, type Redactor } from '@drydock/domain';

/** Causes of causes that are kept. */
const MOST_CAUSES = 5;

const maskedOurs = (
  { code, detail, retryAfterSeconds }: AppError,
  redactor: Redactor,
  cause: ErrorOptions,
): AppError => {
  const retry = retryAfterSeconds === null ? {} : { retryAfterSeconds };
  return new AppError(code, redactor.mask(detail), { ...retry, ...cause });
};

const masked = (thrown: unknown, redactor: Redactor, depth: number): unknown => {
  if (!(thrown instanceof Error)) return redactor.maskJson(thrown);
  const cause =
    thrown.cause === undefined || depth === 0 ? {} : { cause: masked(thrown.cause, redactor, depth - 1) };
  const copy =
    thrown instanceof AppError
      ? maskedOurs(thrown, redactor, cause)
      : new Error(redactor.mask(thrown.message), cause);
  copy.name = thrown.name;
  copy.stack = redactor.mask(thrown.stack ?? '');
  return copy;
};

/**
 * Does the work, and has what it throws say no secret, nor its causes: it goes into logs, and to others who wait for the same
 * code host. What is an AppError stays one.
 */
export const maskingFaults = async <T>(redactor: Redactor, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    throw masked(thrown, redactor, MOST_CAUSES);
  }
};
