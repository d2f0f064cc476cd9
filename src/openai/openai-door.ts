import { Injectable } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import { Doors, type Door, type ErrorReply } from '../http/doors.js';
import { ERROR_TRAITS } from '../wire/answer-event.js';
import type { ProblemFields } from '../wire/problem.js';
import { openAiStatus, toOpenAiError } from './openai-error.js';
import { OpenAiErrorResponse } from './openai-error.openapi.js';

/** Everything under `/v1` follows the conventions of OpenAI's API. */
@Injectable()
export class OpenAiDoor implements Door {
  readonly path = '/v1';
  /**
   * A tool's schema rarely has more than a hundred properties; 2,000 messages with a tool call each and 128 tools of 200
   * values stay below the sum. Twice as many values with names of their own take a tenth of a second to parse.
   */
  readonly bounds = { namesPerObject: 1_000, values: 50_000 };
  /** Schemas of tools have fields of any name. */
  readonly anyNames = true;
  readonly notJson = 415;
  readonly errorContent = { 'application/json': { schema: { $ref: getSchemaPath(OpenAiErrorResponse) } } };

  constructor(doors: Doors) {
    doors.add(this);
  }

  errorReply(problem: ProblemFields): ErrorReply {
    const traits: Partial<Record<string, { retryable: boolean }>> = ERROR_TRAITS;
    const json = toOpenAiError(problem);
    return {
      status: openAiStatus(problem),
      contentType: 'application/json; charset=utf-8',
      json,
      code: json.error.code,
      // The official clients retry after any 5xx unless told otherwise.
      ...(traits[problem.code]?.retryable === false && { headers: { 'X-Should-Retry': 'false' } }),
    };
  }
}
