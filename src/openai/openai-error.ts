import type { FieldError, ProblemCode } from '../wire/problem.js';

/** The envelope that OpenAI's clients read; under `/v1` it replaces problems. */
export interface OpenAiError {
  error: {
    /** A sentence for people; never a provider's raw body, never a secret. */
    message: string;
    type: 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'server_error';
    /** The field that is wrong, as a path: `messages[2].content`. */
    param: string | null;
    /** The code of a problem, except for `model_not_found`. */
    code: OpenAiErrorCode;
  };
}

export type OpenAiErrorCode = ProblemCode | 'model_not_found';

/** The parts of a problem that the envelope can hold. */
interface Failure {
  status: number;
  code: ProblemCode;
  detail: string;
  errors?: readonly FieldError[];
}

/** OpenAI answers 400 to every mistake of the caller, where a problem has 413 (context too long) or 422. */
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
