import type { ProviderName } from '../../simulator/provider-simulator.js';
import type { ErrorCode } from '../../src/wire/answer-event.js';

/** An HTTP answer with which a provider refuses a question, in its own shape. */
export interface Refusal {
  readonly by: ProviderName;
  readonly why: string;
  readonly status: number;
  readonly body: string | object;
  readonly headers?: Record<string, string>;
  /** What readers are told that this provider failed with. */
  readonly code: ErrorCode;
  /** What is held against the provider afterwards. */
  readonly state: 'up' | 'cooling' | 'down';
}

/** The same in one line each: who, what, status, body, code, state, headers. */
export type Row = readonly [
  ProviderName,
  string,
  number,
  string | object,
  ErrorCode,
  Refusal['state'],
  Record<string, string>?,
];

/** An error as Groq, DeepSeek and OpenAI send it. */
export const openai = (message: string, type: string, code: string | null = null): object => ({
  error: { message, type, code },
});

/** … and as Mistral does. */
export const mistral = (message: string, type: string, code: string | null): object => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
});
export const INVALID = 'invalid_request_error';

export const named = (rows: Row[]): Refusal[] =>
  rows.map(([by, why, status, body, code, state, headers]) => ({
    by,
    why,
    status,
    body,
    code,
    state,
    ...(headers === undefined ? {} : { headers }),
  }));
