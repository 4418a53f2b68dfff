import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import multipart from '@fastify/multipart';
import { AppError } from '@drydock/domain';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiPorts } from '../api-parts.ts';
import type { KnownRoutes } from './known-routes.ts';
import { hookRequests } from './request-hooks.ts';
import { leaveBodiesRaw } from './raw-body.ts';
import { requestIdOf } from './request-id.ts';
import { sendProblem } from './send-problem.ts';
import { problemOf, toRequestError } from './to-problem.ts';

/** The largest task JSON that the schema lets through, escapes included, and some air. */
export const MAX_JSON_BYTES = 8 * 1024 ** 2;
/** A slow client may take this long to send a request; uploads are large. */
const REQUEST_TIMEOUT_MS = 30 * 60_000;

/** What is no HTTP at all never becomes a request: answered on the bare socket. */
const answerBadSocket = (_error: Error, socket: Socket): void => {
  if (!socket.writable) return;
  const error = new AppError('malformed_request', 'This is not HTTP that can be read.');
  const body = JSON.stringify(problemOf(error, requestIdOf({ headers: {} })));
  socket.end(
    [
      `HTTP/1.1 400 ${STATUS_CODES[400] ?? ''}`,
      'content-type: application/problem+json',
      `content-length: ${String(Buffer.byteLength(body))}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};

const parseJson = (text: string): unknown => {
  // Many clients send the content type with an empty body; each route decides whether it needs one.
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('malformed_json', 'The body is not JSON that can be parsed.');
  }
};

const setParsers = (fastify: FastifyInstance): void => {
  // Only what the routes read: the built-in text/plain parser would turn a 415 into a schema error.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, parseJson(text));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
};

/** Fastify as the api needs it: own parsers, request ids, and problem+json also where Nest never comes by. */
export const createAdapter = (
  ports: Pick<ApiPorts, 'log' | 'telemetry'>,
  routes: KnownRoutes,
): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: requestIdOf,
    routerOptions: { ignoreTrailingSlash: true },
    // What comes on an open connection while the api ends is answered, and the connection closed: Fastify's own 503 would
    // not say when to come back.
    return503OnClosing: false,
    clientErrorHandler: answerBadSocket,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(request, reply, toRequestError(error));
    },
    multipart: false,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRoute', ({ url, method }) => {
    routes.add(url, method);
  });
  setParsers(fastify);
  leaveBodiesRaw(fastify);
  hookRequests(fastify, ports.telemetry, ports.log);
  void fastify.register(multipart, { throwFileSizeLimit: false });
  return adapter;
};
