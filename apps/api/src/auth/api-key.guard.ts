import { AppError } from '@drydock/domain';
import { Authenticate, type Caller } from '@drydock/engine';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCESS, setCaller, type Access } from './access.decorators.ts';
import { RequestLimits, type Allowance } from './request-limits.ts';

/** As draft-ietf-httpapi-ratelimit-headers has them. */
const showAllowance = (reply: FastifyReply, { perSecond, remaining, resetSeconds }: Allowance): void => {
  void reply
    .header('ratelimit-policy', `"key";q=${String(perSecond)};w=1`)
    .header('ratelimit', `"key";r=${String(remaining)};t=${String(resetSeconds)}`);
};

/** Lets a request through when its API key has the scope that the handler names, and does not call too often. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  readonly #authenticate: Authenticate;
  readonly #limits: RequestLimits;
  readonly #reflector: Reflector;

  constructor(authenticate: Authenticate, limits: RequestLimits, reflector: Reflector) {
    this.#authenticate = authenticate;
    this.#limits = limits;
    this.#reflector = reflector;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handlers = [context.getHandler(), context.getClass()];
    const access = this.#reflector.getAllAndOverride<Access | undefined>(ACCESS, handlers);
    if (access === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const caller = await this.#callerOf(request);
    const allowance = await this.#limits.take(caller);
    if (allowance !== null) showAllowance(http.getResponse<FastifyReply>(), allowance);
    if (access === undefined || !caller.scopes.includes(access))
      throw new AppError('forbidden', `The API key needs the scope ${access ?? 'that nobody has'}.`);
    setCaller(request, caller);
    return true;
  }

  /**
   * Guesses cost no look-ups once an address has made too many. Keys that are in use pass all the same: behind a proxy
   * everybody has one address, and nobody there may lock the others out.
   */
  async #callerOf({ headers: { authorization }, ip }: FastifyRequest): Promise<Caller> {
    if (!this.#authenticate.knows(authorization)) await this.#limits.checkAddress(ip);
    try {
      return await this.#authenticate.run(authorization);
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthorized') await this.#limits.countWrongKey(ip);
      throw error;
    }
  }
}
