import type { SessionKey } from '../history/history-store.js';
import { ProblemException } from '../http/problem.exception.js';
import type { Caller } from '../identity/caller.js';
import { ID_RULE, isId } from '../wire/ids.js';

/**
 * The session that stores the answer: `X-Session-Id` with the body's `user`. Without that header: none.
 * @throws ProblemException 400 where one of the two is no id
 */
export function sessionNamed(header: string | undefined, { userId }: Caller): SessionKey | undefined {
  if (header === undefined) return undefined;
  if (!isId(header)) throw invalid('X-Session-Id', `The header \`X-Session-Id\` must be ${ID_RULE}.`);
  if (userId === undefined) throw invalid('user', `With the header \`X-Session-Id\`, \`user\` is needed: ${ID_RULE}.`);
  return { userId, sessionId: header };
}

function invalid(path: string, detail: string): ProblemException {
  const errors = [{ path, message: detail }];
  return new ProblemException({ status: 400, code: 'invalid_request', detail, errors });
}
