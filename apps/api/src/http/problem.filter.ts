import { AppError } from '@drydock/domain';
import type { Log } from '@drydock/engine';
import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOG, ROUTES } from '../tokens.ts';
import type { KnownRoutes } from './known-routes.ts';
import { sendProblem } from './send-problem.ts';
import { toRequestError } from './to-problem.ts';

/** The one way out for everything that is thrown, by us, Nest or Fastify. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;
  readonly #routes: KnownRoutes;

  constructor(@Inject(LOG) log: Log, @Inject(ROUTES) routes: KnownRoutes) {
    this.#log = log;
    this.#routes = routes;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = this.#methodError(thrown, request, reply) ?? toRequestError(thrown);
    if (error.status >= 500 && error.code !== 'service_unavailable')
      this.#log.error(
        { error: thrown, requestId: request.id, route: request.routeOptions.url },
        'a request failed',
      );
    sendProblem(request, reply, error);
  }

  /** The framework knows only 404: an address with other methods is told apart here. */
  #methodError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): AppError | null {
    if (!(thrown instanceof HttpException) || thrown.getStatus() !== 404) return null;
    const methods = this.#routes.methodsAt(request.url.split('?')[0] ?? '');
    if (methods.length === 0) return null;
    void reply.header('allow', methods.join(', '));
    return new AppError('method_not_allowed', `This address takes ${methods.join(', ')}.`);
  }
}
