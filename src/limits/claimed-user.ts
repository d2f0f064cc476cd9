import { isId } from '../wire/ids.js';

/**
 * Whom a body claims to speak for: its `user_id`, at the OpenAI door its `user`. Guards run before validation: nothing that
 * is no id becomes a key in memory.
 */
export function claimedUser(body: unknown): string | undefined {
  return [property(body, 'user_id'), property(body, 'user')].find(isId);
}

/** The session that a body names. It may be anything, as nobody has looked at it yet. */
export function claimedSession(body: unknown): unknown {
  return property(body, 'session_id');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
