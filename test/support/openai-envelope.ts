import { expect } from '@jest/globals';
import type { Answer } from './http-app.js';

/** What an error at the OpenAI door is to be. */
export interface Envelope {
  status: number;
  type?: string;
  code: string;
  param?: string | null;
}

/** That an answer is OpenAI's envelope and nothing else. */
export function expectEnvelope(
  answer: Answer,
  { status, type = 'invalid_request_error', code, param = null }: Envelope,
): void {
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect([answer.status, answer.json()]).toEqual([
    status,
    { error: { message: expect.stringMatching(/../), type, code, param } },
  ]);
  expect(answer.headers['x-request-id']).toEqual(expect.any(String));
}
