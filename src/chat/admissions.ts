import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemException } from '../http/problem.exception.js';
import { Draining } from '../lifecycle/draining.js';
import { NOT_RATE_LIMITED } from '../limits/chat-throttler.guard.js';
import { claimedUser } from '../limits/claimed-user.js';
import { RunningAnswers, type Place } from './answer/running-answers.js';
import { Idempotency } from './idempotency.js';

/** What a client waits before it tries another replica, or this one after its restart. */
const RETRY_AFTER_MS = 2_000;

const NO_PLACE: Place = { release: () => undefined };

/** What a question was let in with: a place among the running answers, and when it arrived (monotonic ms). */
export interface Admission {
  readonly place: Place;
  readonly askedAt: number;
}

/** Who asks, if that is known, and by which `Idempotency-Key`, if there is one. */
export interface Asker {
  readonly userId: string | undefined;
  readonly key?: string | undefined;
}

/** Lets questions in only where there is room for their answers. */
@Injectable()
export class Admissions {
  readonly #waiting = new WeakMap<Request, Admission>();

  constructor(
    private readonly running: RunningAnswers,
    private readonly idempotency: Idempotency,
    private readonly draining: Draining,
  ) {}

  /**
   * Reserves a place; a question that comes again for an answer that is running needs none, and no rate limit counts it.
   * The place goes back when the response closes, unless {@link take} was called.
   * @throws ProblemException where there is none, or the service is on its way out
   */
  admit(request: Request, response: Response, { userId, key }: Asker): void {
    const askedAt = performance.now();
    if (userId !== undefined && this.idempotency.isRunning(userId, key)) {
      response.locals[NOT_RATE_LIMITED] = true;
      this.#waiting.set(request, { place: NO_PLACE, askedAt });
      return;
    }
    if (this.draining.refusing) {
      const detail = 'The service is shutting down. Try again in a moment.';
      throw new ProblemException({ status: 503, code: 'server_draining', detail, retryAfterMs: RETRY_AFTER_MS });
    }
    const place = this.running.reserve(userId);
    this.#waiting.set(request, { place, askedAt });
    response.once('close', () => {
      if (this.#waiting.has(request)) place.release();
    });
  }

  /** Hands the admission over: whoever takes it gives the place back. */
  take(request: Request): Admission {
    const admission = this.#waiting.get(request);
    if (admission === undefined) throw new Error('the admission of a request was taken twice');
    this.#waiting.delete(request);
    return admission;
  }
}

/** Stands before the rate limit, so that a request refused here counts against nobody. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly admissions: Admissions) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    // Validation, which comes later, refuses what is no id; all of those share one name until then.
    const userId = claimedUser(request.body) ?? '';
    this.admissions.admit(request, http.getResponse<Response>(), { userId, key: request.get('idempotency-key') });
    return true;
  }
}
