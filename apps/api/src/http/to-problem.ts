import type { Problem } from '@drydock/contracts';
import { AppError, errorSpec, type ErrorCode } from '@drydock/domain';

/** Codes of faults that the framework finds before any of our code does. */
const BY_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  400: 'malformed_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_request',
  429: 'rate_limited',
  503: 'service_unavailable',
};

const DETAILS: Readonly<Partial<Record<ErrorCode, string>>> = {
  malformed_request: 'The request line, a header or the body cannot be read.',
  not_found: 'There is nothing at this address.',
  payload_too_large: 'The body is larger than this route takes.',
  unsupported_media_type: 'Send application/json or, with a ZIP, multipart/form-data.',
  service_unavailable: 'The api is shutting down or a service does not answer. Try again soon.',
};

const statusOf = (thrown: unknown): number | undefined => {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { statusCode, status } = thrown as { statusCode?: unknown; status?: unknown };
  const found = statusCode ?? status;
  return typeof found === 'number' ? found : undefined;
};

const INTERNAL = new AppError(
  'internal_error',
  'Something went wrong on our side. The log has it under the request id.',
);

/** Its own detail has paths and words of the operating system, for the log. */
const storeFailed = (cause: AppError): AppError =>
  new AppError(
    'store_failed',
    'The disk for files is full or does not work. Try again later; the operator finds the reason in the log.',
    { cause },
  );

/** Any thrown thing as an error that a client may see. A fault of ours shows nothing but its request id. */
export const toRequestError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError && thrown.code === 'store_failed') return storeFailed(thrown);
  if (thrown instanceof AppError) return errorSpec(thrown.code).status === undefined ? INTERNAL : thrown;
  const status = statusOf(thrown);
  if (status === undefined || status >= 500)
    return status === 503 ? new AppError('service_unavailable', DETAILS.service_unavailable ?? '') : INTERNAL;
  const code = BY_STATUS[status] ?? 'malformed_request';
  return new AppError(code, DETAILS[code] ?? errorSpec(code).title);
};

/** `type` is relative to wherever the api is reached: it answers there. */
export const problemOf = (error: AppError, requestId: string): Problem & { status: number } => ({
  type: `/errors/${error.code}`,
  title: errorSpec(error.code).title,
  status: error.status,
  detail: error.detail,
  code: error.code,
  requestId,
  ...(error.issues.length > 0 && { errors: error.issues.map((issue) => ({ ...issue })) }),
});
