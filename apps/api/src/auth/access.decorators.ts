import type { Scope } from '@drydock/domain';
import type { Caller } from '@drydock/engine';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Of a handler: the scope that its callers need, or `public`. A handler without it is closed to everybody. */
export const ACCESS = 'drydock:access';
export type Access = Scope | 'public';

export const NeedsScope = (scope: Scope) => SetMetadata(ACCESS, scope satisfies Access);
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

const callers = new WeakMap<FastifyRequest, Caller>();

export const setCaller = (request: FastifyRequest, caller: Caller): void => {
  callers.set(request, caller);
};

export const callerOf = (request: FastifyRequest): Caller => {
  const caller = callers.get(request);
  if (!caller) throw new Error('CurrentCaller is for handlers that need a scope');
  return caller;
};

export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
