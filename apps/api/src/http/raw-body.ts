import { AppError } from '@drydock/domain';
import type { FastifyInstance } from 'fastify';

/** Routes that read their bodies themselves: a signature is over bytes, and those of a stranger are not even read. */
const RAW_ROUTES: ReadonlySet<string> = new Set(['/v1/webhooks/github']);
/** Fastify chooses a parser by nothing but the content type, so these requests get one of their own. */
const RAW_TYPE = 'application/vnd.drydock.raw';

/** To be called before the routes are made. */
export const leaveBodiesRaw = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isRaw = RAW_ROUTES.has(request.routeOptions.url ?? '');
    const type = request.headers['content-type'] ?? '';
    if (isRaw && /^application\/json\s*(;|$)/i.test(type)) request.headers['content-type'] = RAW_TYPE;
    done();
  });
  fastify.addContentTypeParser(RAW_TYPE, (request, payload, done) => {
    if (RAW_ROUTES.has(request.routeOptions.url ?? '')) done(null, payload);
    else done(new AppError('unsupported_media_type', 'Send application/json.'), undefined);
  });
};
