import { isId } from '../wire/ids.js';

/**
 * Whom a body claims to speak for: its `user_id`, at the OpenAI door its `user`. Guards run before validation: nothing that
 * is no id becomes a key in memory.
 */
export function claimedUser(body: unknown): string | undefined {
  return [property(body, 'user_id'), property(body, 'user')].find(isId);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
