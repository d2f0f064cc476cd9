import { ProblemException } from '../../http/problem.exception.js';
import { ERROR_TRAITS, type ErrorEvent } from '../../wire/answer-event.js';
import { unknownModel } from '../model-names.js';

/**
 * An answer that could not be completed, as the failure of its request.
 * @param field of the request that no provider takes
 */
export function failureOf(
  { code, message, retry_after_ms: wait }: Omit<ErrorEvent, 'type'>,
  field?: string,
): ProblemException {
  if (code === 'invalid_request' && field === 'model') return unknownModel(message);
  return new ProblemException({
    status: ERROR_TRAITS[code].status,
    code,
    detail: message,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(field === undefined ? {} : { errors: [{ path: field, message }] }),
  });
}

/** Ended by its session's owner from elsewhere: neither whole nor anybody's fault. */
export function stopped(): ProblemException {
  return new ProblemException({ status: 409, code: 'conflict', detail: 'The answer was stopped.' });
}
