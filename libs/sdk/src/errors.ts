import type { ErrorCode, Problem } from './api-types.ts';

/** Base of all errors that this library throws itself. A cancelled call throws the reason of its signal instead. */
export class DrydockError extends Error {
  override readonly name: string = 'DrydockError';
}

/** The API could not be reached, or the connection broke more often than was retried. `cause` is the last fault. */
export class ConnectionError extends DrydockError {
  override readonly name = 'ConnectionError';
}

/** The API answered with a problem (RFC 9457). `message` says what happened and what to do. */
export class ApiError extends DrydockError {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** Stable; of a newer API it may be none that this version knows. */
  readonly code: ErrorCode;
  /** For questions to the operator: it is in the API's log. Null when something else answered, such as a proxy. */
  readonly requestId: string | null;
  /** What exactly does not fit, by JSON Pointer into the request body. */
  readonly errors: NonNullable<Problem['errors']>;
  /** What the API asked to wait before the next try. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId === '' ? null : problem.requestId;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether something thrown is an answer of the API, optionally with one of these codes. */
export const isApiError = (error: unknown, ...codes: readonly ErrorCode[]): error is ApiError =>
  error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));

/** Whether the same call may well be answered later: nobody was there, or somebody asked for patience. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ApiError && (error.status === 429 || error.status >= 502));

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;

/** The nearest of our codes for an answer that is not the API's own, such as a proxy's page. */
const codeOf = (status: number): ErrorCode => {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'payload_too_large';
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503 || status === 504) return 'service_unavailable';
  return status >= 500 ? 'internal_error' : 'malformed_request';
};

/** An answer that is no success, as an error. @param body - parsed JSON, or the text. */
export const errorOf = (response: Response, body: unknown, retryAfterSeconds: number | null): ApiError => {
  const { status } = response;
  const title = `HTTP ${String(status)}${response.statusText === '' ? '' : ` ${response.statusText}`}`;
  const made: Problem = {
    type: 'about:blank',
    title,
    status,
    detail: `${title}; the answer is not one of Drydock's. Is this its address?`,
    code: codeOf(status),
    requestId: '',
  };
  return new ApiError(isProblem(body) ? { ...made, ...body, status } : made, retryAfterSeconds);
};
