import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { SessionKey } from '../../history/history-store.js';
import { addressOf } from '../../http/client-address.js';
import { ProblemException } from '../../http/problem.exception.js';
import { callerOf, type Caller } from '../../identity/caller.js';
import { Lifecycle } from '../../lifecycle/lifecycle.js';
import { AddressLimitGuard } from '../../limits/address-limit.guard.js';
import { UserLimit } from '../../limits/user-limit.js';
import { isId } from '../../wire/ids.js';
import { AnswerReaders } from '../reading/answer-readers.js';
import { AnswerSlots, type AnswerSlot } from './answer-slots.js';
import { Idempotency } from './idempotency.js';

/** How long a client waits before it tries another replica, or this one after its restart. */
const RETRY_AFTER_MS = 2_000;

/** When a request arrived, in monotonic milliseconds, and from which address. */
export interface Arrival {
  readonly at: number;
  readonly address: string;
}

/** The {@link Arrival}, as a handler's parameter. It stands before the body: validating that takes time. */
export const Arrived = createParamDecorator((_: unknown, context: ExecutionContext): Arrival => {
  return { at: performance.now(), address: addressOf(context.switchToHttp().getRequest<Request>()) };
});

/** How the requests of a door name their session, and whether it knows `Idempotency-Key`. */
export interface AskingDoor {
  /** The body is not validated yet: it may give anything. */
  readonly sessionId: (request: Request) => unknown;
  readonly isIdempotent: boolean;
}

/** Put on the controllers of doors that ask; {@link AdmissionGuard} reads it. */
export const Asking = Reflector.createDecorator<AskingDoor>();

/** What a question is let in with. */
export interface Admission {
  readonly slot: AnswerSlot;
  /** Nothing was opened: gives the slot back, and the user the hit of their rate limit. */
  refund(): Promise<void>;
}

/** Where there is room for an answer: looked at when a question arrives, reserved once its body is valid. */
@Injectable()
export class Admissions {
  constructor(
    private readonly readers: AnswerReaders,
    private readonly slots: AnswerSlots,
    private readonly idempotency: Idempotency,
    private readonly lifecycle: Lifecycle,
    private readonly userLimit: UserLimit,
  ) {}

  /** Whether this is the exact repetition of a running question, which starts nothing new. */
  isRepeated(request: Request, { isIdempotent }: AskingDoor): boolean {
    const caller = callerOf(request);
    if (caller.userId === undefined || !isIdempotent) return false;
    return this.idempotency.isRunning(caller, request.get('idempotency-key'), request.body);
  }

  /**
   * Reserves nothing, since the body is not validated yet: a bad request takes nothing from others.
   * @throws ProblemException where there is no room, or the service is on its way out
   */
  check(request: Request, door: AskingDoor): void {
    const comesBack = Boolean(request.get('last-event-id'));
    if (!comesBack && this.lifecycle.refusing) {
      const detail = 'The service is shutting down. Try again in a moment.';
      throw new ProblemException({ status: 503, code: 'server_draining', detail, retryAfterMs: RETRY_AFTER_MS });
    }
    this.readers.check(request);
    if (comesBack) return;
    const { userId } = callerOf(request);
    const sessionId = door.sessionId(request);
    const session = userId !== undefined && isId(sessionId) ? { userId, sessionId } : undefined;
    this.slots.check({ userId, address: addressOf(request), session });
  }

  /** @throws ProblemException 503 or 429 `overloaded`; RateLimitedException where the user asked too often */
  async admit({ userId }: Caller, address: string, session: SessionKey | undefined): Promise<Admission> {
    const slot = await this.#reserve(userId, address, session);
    try {
      if (userId !== undefined) await this.userLimit.count(userId, address);
    } catch (error) {
      slot.release();
      throw error;
    }
    // A `user_id` is only a claim: refused questions must not use up another user's limit.
    const refund = async (): Promise<void> => {
      slot.release();
      if (userId !== undefined) await this.userLimit.refund(userId);
    };
    return { slot, refund };
  }

  /** A question that finds no slot does not count against the address' rate limit. */
  async #reserve(userId: string | undefined, address: string, session: SessionKey | undefined): Promise<AnswerSlot> {
    try {
      return this.slots.reserve({ userId, address, session });
    } catch (error) {
      await this.userLimit.forgive(address);
      throw error;
    }
  }
}

/**
 * Lets a question in only where there is room for its answer, then counts its address. It looks at a body that is not
 * validated yet and reserves nothing: a bad request takes nothing from others.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly admissions: Admissions,
    private readonly addressLimit: AddressLimitGuard,
    private readonly reflector: Reflector,
  ) {}

  /** @throws ProblemException where there is no room, the service is on its way out, or the address asked too often */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const door = this.reflector.getAllAndOverride(Asking, [context.getHandler(), context.getClass()]);
    if (this.admissions.isRepeated(request, door)) return true;
    this.admissions.check(request, door);
    return this.addressLimit.canActivate(context);
  }
}
