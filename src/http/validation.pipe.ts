import { ValidationPipe, type ValidationError } from '@nestjs/common';
import type { FieldError } from '../wire/problem.js';
import { ProblemException } from './problem.exception.js';

const MAX_ERRORS = 20;
const MAX_PATH_CHARS = 200;

/** For every DTO: unknown fields are errors, and each error names its field, never its value. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
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

function fieldErrors({ property, constraints, children }: ValidationError, parent: string): FieldError[] {
  const path = `${parent}${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path: shorten(path), message: shorten(message) }));
  return [...own, ...(children ?? []).flatMap((child) => fieldErrors(child, `${path}.`))];
}

/** The name of an unknown field is the caller's own text, of any length. */
function shorten(text: string): string {
  return text.length > MAX_PATH_CHARS ? `${text.slice(0, MAX_PATH_CHARS).toWellFormed()}…` : text;
}
