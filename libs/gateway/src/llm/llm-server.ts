import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LlmEndpoint } from './endpoint-state.ts';
import { sendError, sendJson } from './error-reply.ts';
import { answerCall } from './model-call.ts';
import { forwardedHeaders, readBody } from './request-body.ts';
import { MODELS_ROUTE, ROUTES } from './route.ts';

const MAX_HEADER_BYTES = 32 * 1024;
/** Time that a client has for its headers, and for its whole request. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;

const models = (endpoint: LlmEndpoint): string => {
  const { model } = endpoint.policy;
  const data = model === null ? [] : [{ id: model, object: 'model', created: 0, owned_by: 'drydock' }];
  return JSON.stringify({ object: 'list', data });
};

const sendTooLarge = (response: ServerResponse, problem: 'too_large' | 'too_many'): void => {
  // The rest of the body is not read: the connection is of no more use.
  response.setHeader('connection', 'close');
  if (problem === 'too_large')
    sendError(response, { status: 413, code: 'payload_too_large', message: 'The request is too large.' });
  else {
    response.setHeader('retry-after', '2');
    sendError(response, { status: 429, code: 'rate_limited', message: 'Too many large requests at once.' });
  }
};

const answer = async (
  endpoint: LlmEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const name = `${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''}`;
  if (name === MODELS_ROUTE) {
    sendJson(response, 200, models(endpoint));
    return;
  }
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (route === undefined) {
    const message = `The gateway does not know ${name.slice(0, 200)}.`;
    sendError(response, { status: 404, code: 'route_not_allowed', message });
    return;
  }
  const { bounds, seen } = endpoint;
  let mine = 0;
  const hold = (bytes: number): boolean => {
    if (seen.heldBytes + bytes > bounds.maxHeldBytes) return false;
    mine += bytes;
    seen.heldBytes += bytes;
    return true;
  };
  try {
    const body = await readBody(request, bounds.maxRequestBytes, hold);
    if (typeof body === 'string') sendTooLarge(response, body);
    else
      await answerCall(endpoint, { route, name, body, headers: forwardedHeaders(request.headers), response });
  } finally {
    seen.heldBytes -= mine;
  }
};

/** The HTTP side of one LLM socket. `underWay` has a promise for every call that is not on record yet. */
export const createLlmServer = (endpoint: LlmEndpoint): { server: Server; underWay: Set<Promise<void>> } => {
  const underWay = new Set<Promise<void>>();
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      const work = answer(endpoint, request, response)
        .catch((error: unknown) => {
          const { taskId, attempt } = endpoint.spec.key;
          if (!request.destroyed)
            endpoint.log.error({ taskId, attempt, error: String(error) }, 'the LLM proxy failed');
          sendError(response, { status: 403, code: 'internal_error', message: 'The gateway failed.' });
        })
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
  );
  server.maxConnections = endpoint.bounds.maxConnections;
  return { server, underWay };
};
