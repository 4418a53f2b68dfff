import type { AppError } from '@drydock/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './to-problem.ts';

const RETRY_AFTER_SECONDS: Readonly<Partial<Record<number, number>>> = { 429: 5, 503: 2 };

const TOO_LARGE = 413;

/** Closing the connection on a client that still sends would take the answer from it: the rest is read and dropped. */
const dropRestOfBody = (request: FastifyRequest, reply: FastifyReply): void => {
  void reply.removeHeader('connection');
  request.raw.resume();
};

/** Answers with problem+json. Nothing is sent when the client has gone or the answer has begun. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, error: AppError): void => {
  if (reply.sent || reply.raw.headersSent || reply.raw.destroyed) return;
  const retryAfter = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS[error.status];
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  if (error.status === TOO_LARGE) dropRestOfBody(request, reply);
  // Headers that were meant for the answer that did not come.
  for (const name of ['content-length', 'location', 'etag']) void reply.removeHeader(name);
  void reply
    .code(error.status)
    .header('content-type', 'application/problem+json')
    .header('x-request-id', request.id)
    // Bytes: to a text Fastify would add a charset, which JSON types do not have.
    .send(Buffer.from(JSON.stringify(problemOf(error, request.id))));
};
