import type { ServerResponse } from 'node:http';

/** Codes that clients in the sandbox see in `error.code`. */
export type ReplyCode =
  | 'budget_exceeded'
  | 'route_not_allowed'
  | 'upstream_failed'
  | 'malformed_json'
  | 'invalid_request'
  | 'payload_too_large'
  | 'rate_limited'
  | 'internal_error';

export interface ErrorReply {
  readonly status: number;
  readonly code: ReplyCode;
  readonly message: string;
}

/** The error body of OpenAI's API, which its clients show to their users. */
export const errorBody = ({ status, code, message }: ErrorReply): string =>
  JSON.stringify({
    error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code },
  });

export const sendError = (response: ServerResponse, error: ErrorReply): void => {
  sendJson(response, error.status, errorBody(error));
};

export const sendJson = (response: ServerResponse, status: number, text: string): void => {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  });
  response.end(text);
};
