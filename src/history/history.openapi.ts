import { applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEM_CONTENT_TYPE } from '../wire/problem.js';

/** By its name: its class is where HTTP is, which this room doesn't know. */
const PROBLEM = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: getSchemaPath('ProblemResponse') } } };

/** What may go wrong at every endpoint of the history. */
export function ApiHistoryProblems(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: 400,
      description: 'A field is missing, wrong or unknown; `errors` says which.',
      content: PROBLEM,
    }),
    ApiResponse({
      status: 429,
      description: '`overloaded`: too many requests like this one are at work; see `Retry-After`.',
      content: PROBLEM,
    }),
    ApiResponse({
      status: 503,
      description: '`history_unavailable`: the database does not answer; `overloaded`; see `Retry-After`.',
      content: PROBLEM,
    }),
  );
}
