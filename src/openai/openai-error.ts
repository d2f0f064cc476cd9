import type { FieldError, ProblemCode } from '../wire/problem.js';

/** What everything under `/v1` answers with instead of a problem: the envelope that OpenAI's clients read. */
export interface OpenAiError {
  error: {
    /** A sentence for people; never a provider's raw body, never a secret. */
    message: string;
    type: 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'server_error';
    /** The field that is wrong, as a path: `messages[2].content`. */
    param: string | null;
    /** The code that a problem would have, but `model_not_found`. */
    code: OpenAiErrorCode;
  };
}

export type OpenAiErrorCode = ProblemCode | 'model_not_found';

/** The parts of a problem that the envelope has room for. */
interface Failure {
  status: number;
  code: ProblemCode;
  detail: string;
  errors?: readonly FieldError[];
}

/** A caller's mistake is 400 at OpenAI whatever it is, where a problem says 413 (a context too long) or 422. */
export function openAiStatus({ status, code }: Pick<Failure, 'status' | 'code'>): number {
  return status === 422 || code === 'context_length_exceeded' ? 400 : status;
}

export function toOpenAiError(failure: Failure): OpenAiError {
  const { code, detail, errors } = failure;
  return {
    error: {
      message: detail,
      type: typeOf(openAiStatus(failure)),
      param: errors?.[0]?.path ?? null,
      code: isUnknownModel(failure) ? 'model_not_found' : code,
    },
  };
}

function isUnknownModel({ code, errors }: Failure): boolean {
  return code === 'not_found' && errors?.[0]?.path === 'model';
}

function typeOf(status: number): OpenAiError['error']['type'] {
  if (status >= 500) return 'server_error';
  if (status === 429) return 'rate_limit_error';
  return status === 403 ? 'permission_error' : 'invalid_request_error';
}
