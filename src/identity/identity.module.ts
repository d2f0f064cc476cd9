import { Injectable, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { isId } from '../wire/ids.js';
import { accessOf, type Claim } from './access.js';

/**
 * Decides who asks, once per request and before every other guard. Today it believes the user that the request claims.
 * The body is not validated yet: what is no id is nobody, so that it becomes no key in memory.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const claim = accessOf(this.reflector, context)?.claim;
    request.caller = { userId: claim && claimedUser(request, claim) };
    return true;
  }
}

function claimedUser(request: Request, { claim, field = 'user_id' }: Claim): string | undefined {
  const fields: unknown = request[claim];
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, field)) return undefined;
  const user = (fields as Record<string, unknown>)[field];
  return isId(user) ? user : undefined;
}

/** Who asks. To be imported before the rooms whose guards want to know it: global guards run in the order of modules. */
@Module({ providers: [{ provide: APP_GUARD, useClass: CallerGuard }] })
export class IdentityModule {}
