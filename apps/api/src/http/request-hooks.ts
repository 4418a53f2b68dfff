import type { Log } from '@drydock/engine';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiTelemetry, RequestScope } from '../api-parts.ts';

/** Told apart from our own answers in logs and figures; nobody receives it. */
const CLIENT_LEFT = 499;
const MAX_LISTENERS = 20;

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

/**
 * A span, a figure and a log line for each request. The line has no headers, query or body: they may hold secrets.
 */
export const hookRequests = (fastify: FastifyInstance, telemetry: ApiTelemetry, log: Log): void => {
  const scopes = new WeakMap<FastifyRequest, RequestScope>();
  const finish = (request: FastifyRequest, status: number, elapsedMs: number): void => {
    const route = routeOf(request);
    scopes.get(request)?.end({ route, status });
    const fields = { requestId: request.id, method: request.method, route, status };
    log.info({ ...fields, ms: Math.round(elapsedMs) }, 'request');
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const { traceparent } = request.headers;
    const scope = telemetry.requestSpan({
      method: request.method,
      requestId: request.id,
      traceparent: typeof traceparent === 'string' ? traceparent : null,
    });
    scopes.set(request, scope);
    // A dozen listeners with those of Fastify, Nest and multipart are no leak.
    reply.raw.setMaxListeners(MAX_LISTENERS);
    // Not onResponse, which a client that leaves early never brings about.
    reply.raw.once('close', () => {
      finish(request, reply.raw.writableEnded ? reply.statusCode : CLIENT_LEFT, reply.elapsedTime);
    });
    scope.run(done);
  });
  // Reading the body loses the scope: its events come from the socket.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const scope = scopes.get(request);
    if (scope) scope.run(done);
    else done();
  });
};
