import type { SessionKey } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';
import type { Caller } from '../identity/caller.js';
import { isId } from '../wire/ids.js';

/**
 * The session that an answer is to be stored in: `X-Session-Id` with the body's `user`. Without that header: none.
 * @throws ProblemException 400 where one of the two is no id
 */
export function sessionNamed(header: string | undefined, { userId }: Caller): SessionKey | undefined {
  if (header === undefined) return undefined;
  const rule = '1–128 of A-Za-z0-9._:@|+=~-, beginning with a letter or digit';
  if (!isId(header)) throw invalid('X-Session-Id', `The header \`X-Session-Id\` must be ${rule}.`);
  if (userId === undefined) throw invalid('user', `With the header \`X-Session-Id\`, \`user\` is needed: ${rule}.`);
  return { userId, sessionId: header };
}

function invalid(path: string, detail: string): ProblemException {
  const errors = [{ path, message: detail }];
  return new ProblemException({ status: 400, code: 'invalid_request', detail, errors });
}
