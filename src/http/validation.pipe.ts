import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { FieldError } from '../wire/problem.js';
import { ProblemException } from './problem.exception.js';
import { prototypeNameProblem } from './json-bounds.js';

const MAX_ERRORS = 20;
const MAX_PATH_CHARS = 200;
/** Validation takes more than linear time in their number; no route knows ten. */
const MAX_QUERY_PARAMETERS = 100;

/** Checks in queries what validation does not see; json-body.ts does it for bodies. */
class QueryAwarePipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const names = metadata.type === 'query' && typeof value === 'object' ? Object.keys(value ?? {}) : [];
    if (names.length > MAX_QUERY_PARAMETERS) return Promise.reject(tooManyParameters());
    const problem = names.map(prototypeNameProblem).find((found) => found !== undefined);
    return problem ? Promise.reject(problem) : super.transform(value, metadata);
  }
}

/** Validates every DTO: unknown fields are errors, and each error names its field, never its value. */
export function validationPipe(): ValidationPipe {
  return new QueryAwarePipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => fieldErrors(error, '')).slice(0, MAX_ERRORS);
      const detail = fields.map(({ message }) => message).join('; ') || 'The request is not valid.';
      return new ProblemException({ status: 400, code: 'invalid_request', detail, errors: fields });
    },
  });
}

function tooManyParameters(): ProblemException {
  const detail = `The address has more than ${MAX_QUERY_PARAMETERS} parameters.`;
  return new ProblemException({ status: 400, code: 'invalid_request', detail });
}

function fieldErrors({ property, constraints, children }: ValidationError, parent: string): FieldError[] {
  const path = `${parent}${property}`;
  // Decorators run bottom-up, so the last constraint is the one that is written first: the type before its bounds.
  const first = Object.values(constraints ?? {}).at(-1);
  const own = first === undefined ? [] : [{ path: shorten(path), message: shorten(first) }];
  return [...own, ...(children ?? []).flatMap((child) => fieldErrors(child, `${path}.`))];
}

/** The name of an unknown field is the client's own text, of any length. */
function shorten(text: string): string {
  return text.length > MAX_PATH_CHARS ? `${text.slice(0, MAX_PATH_CHARS).toWellFormed()}…` : text;
}
