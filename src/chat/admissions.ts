import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { SessionKey } from '../history/history-store.js';
import { addressOf } from '../http/client-address.js';
import { ProblemException } from '../http/problem.exception.js';
import { Draining } from '../lifecycle/draining.js';
import { callerOf, type Caller } from '../identity/caller.js';
import { NOT_RATE_LIMITED } from '../limits/address-limit.guard.js';
import { UserLimit } from '../limits/user-limit.js';
import { isId } from '../wire/ids.js';
import { AnswerReaders } from './answer-readers.js';
import { Places, type Holder, type Place } from './answer/places.js';
import { Idempotency } from './idempotency.js';

/** What a client waits before it tries another replica, or this one after its restart. */
const RETRY_AFTER_MS = 2_000;

/** What a question was let in with: a place among the running answers, and when it arrived (monotonic ms). */
export interface Admission {
  readonly place: Place;
  /** Who asks, as `addressOf` tells it. */
  readonly address: string;
  readonly askedAt: number;
  /** Nothing was opened: gives the place back, and the user the hit of their rate limit. To be called once. */
  refund(): Promise<void>;
}

/** Lets a question in when an answer to it is to be opened. Whoever gets the admission gives its place back, or all of it. */
export type Admit = () => Promise<Admission>;

/** Lets questions in only where there is room for their answers. */
@Injectable()
export class Admissions {
  readonly #arrivals = new WeakMap<Request, number>();

  constructor(
    private readonly readers: AnswerReaders,
    private readonly places: Places,
    private readonly idempotency: Idempotency,
    private readonly draining: Draining,
    private readonly userLimit: UserLimit,
  ) {}

  /**
   * Looks at a request whose body is not validated yet, and reserves nothing: a bad one holds nothing that is another's.
   * One that can't begin anything new is let pass; the exact repetition of a running question is not limited either.
   * @throws ProblemException where there is no room, or the service is on its way out
   */
  meet(request: Request, response: Response): void {
    this.#arrivals.set(request, performance.now());
    const caller = callerOf(request);
    if (this.#repeats(caller, request)) {
      response.locals[NOT_RATE_LIMITED] = true;
      return;
    }
    const comesBack = Boolean(request.get('last-event-id'));
    if (!comesBack && this.draining.refusing) {
      const detail = 'The service is shutting down. Try again in a moment.';
      throw new ProblemException({ status: 503, code: 'server_draining', detail, retryAfterMs: RETRY_AFTER_MS });
    }
    this.readers.check(request);
    if (!comesBack) this.places.check(holderOf(caller, request));
  }

  /** How a request that was met, and whose body is valid, gets its place. */
  admitting({ userId }: Caller, request: Request, session: SessionKey | undefined): Admit {
    const askedAt = this.#arrivals.get(request) ?? performance.now();
    const address = addressOf(request);
    return async () => {
      const place = await this.#reserve({ userId, address, session });
      try {
        if (userId !== undefined) await this.userLimit.count(userId, address);
        return { place, address, askedAt, refund: () => this.#refund(place, userId) };
      } catch (error) {
        place.release();
        throw error;
      }
    };
  }

  /** Room is looked for before the rate limit, and who finds none is not counted by it. */
  async #reserve(holder: Holder): Promise<Place> {
    try {
      return this.places.reserve(holder);
    } catch (error) {
      await this.userLimit.forgive(holder.address);
      throw error;
    }
  }

  /** A `user_id` is a claim: with questions that are refused nobody uses up the limit of another. */
  async #refund(place: Place, userId: string | undefined): Promise<void> {
    place.release();
    if (userId !== undefined) await this.userLimit.refund(userId);
  }

  #repeats(caller: Caller, request: Request): boolean {
    if (caller.userId === undefined) return false;
    return this.idempotency.isRunning(caller, request.get('idempotency-key'), request.body);
  }
}

/** The session is the one that the request names, in its body or by a header; neither is validated yet. */
function holderOf({ userId }: Caller, request: Request): Holder {
  const body = request.body as { session_id?: unknown } | undefined;
  const sessionId = body?.session_id ?? request.get('x-session-id');
  const session = userId !== undefined && isId(sessionId) ? { userId, sessionId } : undefined;
  return { userId, address: addressOf(request), session };
}

/** Stands before the rate limit, so that a request refused here counts against nobody. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly admissions: Admissions) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    this.admissions.meet(http.getRequest<Request>(), http.getResponse<Response>());
    return true;
  }
}
