import { Reflector } from '@nestjs/core';

/** How many requests of one kind may run at once. */
export interface Concurrency {
  /** Of the user whose data they are about. Undefined where they name none. */
  readonly perUser?: number;
  /** Of one client address, where addresses are told apart (`RATE_LIMIT_PER_ADDRESS`). */
  readonly perAddress: number;
  readonly inAll: number;
  /** Refused where there is no memory for its reply. Others are let in: stopping and deleting free memory. */
  readonly sendsMuch?: boolean;
}

/**
 * Bounds how many requests of a route, or of a controller, run at once; routes with the same object share its slots. What
 * starts or reads answers has bounds of its own (`MAX_RUNNING_…`, `MAX_OPEN_STREAMS`); the rest answers from memory.
 */
export const AtOnce = Reflector.createDecorator<Concurrency>();
