import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import {
  PROBLEM_CODES,
  PROBLEM_CONTENT_TYPE,
  type FieldError,
  type Problem,
  type ProblemCode,
} from '../wire/problem.js';

class FieldErrorResponse implements FieldError {
  @ApiProperty({ description: 'Where, as a path.', example: 'message' })
  path!: string;

  @ApiProperty()
  message!: string;
}

/** RFC 9457 problem details in the document of the API. */
export class ProblemResponse implements Problem {
  @ApiProperty({ example: 'about:blank' })
  type!: string;

  @ApiProperty({ description: "The status' phrase.", example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'What is wrong and what to do, for people.' })
  detail!: string;

  @ApiProperty({ enum: [...PROBLEM_CODES], description: 'What is wrong, for programs.', example: 'invalid_request' })
  code!: ProblemCode;

  @ApiProperty()
  request_id!: string;

  @ApiPropertyOptional({ type: [FieldErrorResponse] })
  errors?: FieldError[];

  @ApiPropertyOptional({ description: 'With `answer_running`: the answer that is running.' })
  answer_id?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  retry_after_ms?: number;
}

/** Documents that a route may answer `status` with a problem. */
export function ApiProblem(status: number, description: string): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ApiResponse({
      status,
      description,
      content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: getSchemaPath(ProblemResponse) } } },
    }),
  );
}
