import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** Whom a route is for: everybody, readers of the page, those who chat, or those who watch the service. */
export type AccessLevel = 'open' | 'page' | 'chat' | 'metrics';

/** Where a request says for which user it speaks. The guard believes it, as long as it is an id. */
export interface Claim {
  readonly claim: 'body' | 'query';
  /** The field's name; absent: `user_id`. */
  readonly field?: string;
}

/** What {@link Access} says of a route. */
export interface RouteAccess {
  readonly level: AccessLevel;
  readonly claim?: Claim;
}

const ACCESS = Symbol('ACCESS');

/** Says for whom a route, or every route of a controller, is, and where its requests claim their user. Each route needs one. */
export function Access(level: AccessLevel, claim?: Claim): MethodDecorator & ClassDecorator {
  return SetMetadata<symbol, RouteAccess>(ACCESS, { level, ...(claim && { claim }) });
}

/** What {@link Access} says of a route; its handler's own word goes before that of its controller. */
export function accessOf(
  reflector: Reflector,
  route: Pick<ExecutionContext, 'getHandler' | 'getClass'>,
): RouteAccess | undefined {
  return reflector.getAllAndOverride<RouteAccess | undefined>(ACCESS, [route.getHandler(), route.getClass()]);
}
