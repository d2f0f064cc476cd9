import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { SessionKey } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';

/**
 * Who asks. `CallerGuard` makes one per request; every service method that touches somebody's data takes it first. Groups,
 * scopes, allowed models and limits will join it once callers prove who they are.
 */
export interface Caller {
  /** Whose data the request is about, an id by `ID_PATTERN`. Undefined where the request names nobody. */
  readonly userId: string | undefined;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by `CallerGuard`; read it by {@link callerOf}. */
    caller?: Caller;
  }
}

/** The caller of a request that has passed `CallerGuard`. */
export function callerOf({ caller }: Pick<Request, 'caller'>): Caller {
  if (caller === undefined) throw new Error('CallerGuard has not seen this request.');
  return caller;
}

/** The {@link Caller}, as a parameter of a route's handler. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);

/**
 * The user whose data the request is about.
 * @throws ProblemException 400 where the caller is nobody in particular
 */
export function userOf({ userId }: Caller): string {
  if (userId !== undefined) return userId;
  throw new ProblemException({ status: 400, code: 'invalid_request', detail: 'The request must name a user.' });
}

/**
 * A session of the caller's own.
 * @throws ProblemException as {@link userOf}
 */
export function sessionOf(caller: Caller, sessionId: string): SessionKey {
  return { userId: userOf(caller), sessionId };
}
