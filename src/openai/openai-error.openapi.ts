import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { OpenAiError, OpenAiErrorCode } from './openai-error.js';
import { PROBLEM_CODES } from '../wire/problem.js';

class OpenAiErrorDetails {
  @ApiProperty({ description: 'What is wrong and what to do, for people.' })
  message!: string;

  @ApiProperty({ enum: ['invalid_request_error', 'permission_error', 'rate_limit_error', 'server_error'] })
  type!: OpenAiError['error']['type'];

  @ApiProperty({ type: String, nullable: true, description: 'The field that is wrong, as a path.' })
  param!: string | null;

  @ApiProperty({ enum: [...PROBLEM_CODES, 'model_not_found'], description: 'What is wrong, for programs.' })
  code!: OpenAiErrorCode;
}

/** OpenAI's envelope in the document of the API. */
export class OpenAiErrorResponse implements OpenAiError {
  @ApiProperty({ type: OpenAiErrorDetails })
  error!: OpenAiErrorDetails;
}

/** Documents that a route may answer `status` with OpenAI's envelope. */
export function ApiOpenAiError(status: number, description: string): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(OpenAiErrorResponse),
    ApiResponse({
      status,
      description,
      content: { 'application/json': { schema: { $ref: getSchemaPath(OpenAiErrorResponse) } } },
    }),
  );
}
