import { ProblemException } from '../../http/problem.exception.js';
import { parseCursor, type Cursor } from '../answer/cursor.js';

/**
 * The cursor that a client sends to go on from, if it sends one.
 * @throws ProblemException 400 where it is none
 */
export function cursorOf(value: string | undefined): Cursor | undefined {
  if (value === undefined || value === '') return undefined;
  const cursor = parseCursor(value);
  if (cursor !== undefined) return cursor;
  const detail = 'The cursor is not one that this service gave: send the `id` of an event, or none.';
  const errors = [{ path: 'last_event_id', message: detail }];
  throw new ProblemException({ status: 400, code: 'invalid_request', detail, errors });
}
