import { expect } from '@jest/globals';
import type { Answer } from './http-app.js';

/** That an answer is a whole RFC 9457 problem with this status and code, and names its request. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({ type: 'about:blank', status, code });
  expect(answer.status).toBe(status);
  expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
  expect(answer.json().detail).toEqual(expect.stringMatching(/./));
  expect(answer.json().title).toEqual(expect.stringMatching(/./));
}
