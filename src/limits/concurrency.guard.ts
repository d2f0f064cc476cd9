import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { addressOf } from '../http/client-address.js';
import { onceAnswered, onceClosed } from '../http/once-closed.js';
import { overloaded } from '../http/problem.exception.js';
import { WorkBudget } from '../http/work-budget.js';
import { callerOf } from '../identity/caller.js';
import { AtOnce, type Concurrency } from './concurrency.js';
import { NoSlotError, Slots } from './slots.js';

const LONGEST_WAIT_MS = 5_000;
const MOST_WAITING = 64;
const MOST_WAITING_IN_ALL = 1_024;
const TOO_MANY = 'Too many requests like this one are at work. Try again in a moment.';

/** The slots of one kind of request, in the order in which they are taken. */
interface Kind {
  readonly ofAddresses: Slots;
  readonly ofUsers?: Slots;
  readonly ofAll: Slots;
  readonly sendsMuch: boolean;
}

/**
 * Lets expensive requests wait a moment for a slot: {@link AtOnce} says which, and how many there are. The address's slot is
 * taken first: whoever gets none takes none of the user's, whom anyone may name.
 */
@Injectable()
export class ConcurrencyGuard implements CanActivate {
  readonly #kinds = new Map<Concurrency, Kind>();

  constructor(
    private readonly reflector: Reflector,
    private readonly budget: WorkBudget,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Not an interceptor: a global one makes Nest send a stream's headers before its handler has found the answer. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const kind = this.#kindOf(context);
    if (kind === undefined) return true;
    if (kind.sendsMuch) this.budget.check(0, addressOf(request));
    const release = await this.#take(kind, request, response);
    onceAnswered(response, release);
    return true;
  }

  #kindOf(context: ExecutionContext): Kind | undefined {
    const route = [context.getHandler(), context.getClass()];
    const bound = this.reflector.getAllAndOverride<Concurrency | undefined>(AtOnce, route);
    if (bound === undefined) return undefined;
    const kind = this.#kinds.get(bound) ?? kindOf(bound);
    this.#kinds.set(bound, kind);
    return kind;
  }

  async #take({ ofAddresses, ofUsers, ofAll }: Kind, request: Request, response: Response): Promise<() => void> {
    const left = new AbortController();
    onceClosed(response, () => left.abort());
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    const { userId } = callerOf(request);
    const taken: (() => void)[] = [];
    const releaseAll = (): void => taken.splice(0).forEach((release) => release());
    try {
      if (this.config.limits.perAddress !== undefined) taken.push(await ofAddresses.take(addressOf(request), signal));
      if (ofUsers !== undefined && userId !== undefined) taken.push(await ofUsers.take(userId, signal));
      taken.push(await ofAll.take('', signal));
      return releaseAll;
    } catch (error) {
      releaseAll();
      throw error instanceof NoSlotError ? overloaded(429, TOO_MANY) : error;
    }
  }
}

function kindOf({ perAddress, perUser, inAll, sendsMuch = false }: Concurrency): Kind {
  return {
    ofAddresses: new Slots(perAddress, MOST_WAITING),
    ...(perUser !== undefined && { ofUsers: new Slots(perUser, MOST_WAITING) }),
    ofAll: new Slots(inAll, MOST_WAITING_IN_ALL),
    sendsMuch,
  };
}
