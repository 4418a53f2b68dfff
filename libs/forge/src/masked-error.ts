import { AppError, Redactor } from '@drydock/domain';

/** The error without the credential of its request: a code host may say it back, and errors are stored and shown. */
export const maskedError = (error: AppError, token: string): AppError => {
  const redactor = new Redactor([token]);
  const { code, detail, cause, retryAfterSeconds } = error;
  return new AppError(code, redactor.mask(detail), {
    ...(cause instanceof Error && { cause: new Error(redactor.mask(cause.message)) }),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  });
};
