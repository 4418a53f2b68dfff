import { AppError } from '@drydock/domain';

/** @throws AppError `invalid_request` unless it has 1 to 255 printable ASCII characters. Null: not sent. */
export const idempotencyKeyOf = (header: string | string[] | undefined): string | null => {
  if (header === undefined) return null;
  if (typeof header === 'string' && /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  throw new AppError('invalid_request', 'An Idempotency-Key has 1 to 255 printable ASCII characters.');
};
