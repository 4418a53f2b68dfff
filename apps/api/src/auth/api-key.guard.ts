import { AppError } from '@drydock/domain';
import { Authenticate } from '@drydock/engine';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, setCaller, type Access } from './access.decorators.ts';

/** Lets a request through when its API key has the scope that the handler names. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  readonly #authenticate: Authenticate;
  readonly #reflector: Reflector;

  constructor(authenticate: Authenticate, reflector: Reflector) {
    this.#authenticate = authenticate;
    this.#reflector = reflector;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handlers = [context.getHandler(), context.getClass()];
    const access = this.#reflector.getAllAndOverride<Access | undefined>(ACCESS, handlers);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.#authenticate.run(request.headers.authorization);
    if (access === undefined || !caller.scopes.includes(access))
      throw new AppError('forbidden', `The API key needs the scope ${access ?? 'that nobody has'}.`);
    setCaller(request, caller);
    return true;
  }
}
