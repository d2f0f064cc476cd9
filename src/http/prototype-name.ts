import { ProblemException } from './problem.exception.js';

/**
 * The problem of a field named like `__proto__`, `prototype` or `toString`: class-transformer drops it silently, although
 * it is an unknown field like any other.
 */
export function prototypeNameProblem(name: string): ProblemException | undefined {
  if (!(name in Object.prototype) && name !== 'prototype') return undefined;
  const message = `property ${name} should not exist`;
  return new ProblemException({
    status: 400,
    code: 'invalid_request',
    detail: message,
    errors: [{ path: name, message }],
  });
}
