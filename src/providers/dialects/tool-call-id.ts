import { createHash } from 'node:crypto';

/** OpenAI takes at most 40 characters, others no other characters than these. */
const USUAL = /^[A-Za-z0-9_-]{1,40}$/;
const NINE_ALPHANUMERICS = /^[A-Za-z0-9]{9}$/;

/**
 * The id of a tool call in a shape that the provider takes: as it is where it has that shape, else one of our own, the
 * same for the same id, so that a call made by one provider can be answered at another.
 */
export function toolCallId(id: string, shape?: 'nine-alphanumerics'): string {
  if (shape === 'nine-alphanumerics') return NINE_ALPHANUMERICS.test(id) ? id : digest(id, 9);
  return USUAL.test(id) ? id : `call_${digest(id, 24)}`;
}

function digest(id: string, length: number): string {
  const letters = createHash('sha512')
    .update(id)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '');
  return letters.slice(0, length);
}
