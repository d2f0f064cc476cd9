import { applyDecorators } from '@nestjs/common';
import { ApiProblem } from '../../http/problem.openapi.js';

/** Documents the problems of every endpoint that reads or changes sessions. */
export function ApiSessionProblems(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiProblem(400, 'A field is missing, wrong or unknown; `errors` says which.'),
    ApiProblem(429, '`overloaded`: too many requests like this one are at work; see `Retry-After`.'),
    ApiProblem(503, '`history_unavailable`: the database does not answer; `overloaded`; see `Retry-After`.'),
  );
}
