import type { Request } from 'express';

/** Whether a request speaks OpenAI's language: then failures are told in it, too. Express ignores the case of paths. */
export function isAtOpenAiDoor({ path }: Pick<Request, 'path'>): boolean {
  return /^\/v1(\/|$)/i.test(path);
}
