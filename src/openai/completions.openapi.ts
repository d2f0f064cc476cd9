import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiHeader, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiOpenAiError } from './openai-error.openapi.js';
import { CompletionReply } from './completion-reply.openapi.js';
import { CompletionRequestBody } from './completion-request.openapi.js';

const STREAM = "Where `stream` is true: OpenAI's chunks as Server-Sent Events, `[DONE]` last. See docs/OPENAI.md.";

const HEADERS = {
  'X-Rondo-Provider': { description: 'Who answers.', schema: { type: 'string' } },
  'X-Rondo-Attempts': { description: 'How many attempts it took until the first words.', schema: { type: 'integer' } },
  'X-Request-Id': { description: 'The id of the request.', schema: { type: 'string' } },
} as const;

/** Documents `POST /v1/chat/completions`. */
export function ApiCompletion(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'X-Session-Id',
      required: false,
      description: "With `user`: the turn is stored in that user's session. Both have to be ids.",
    }),
    ApiBody({ type: CompletionRequestBody }),
    ApiExtraModels(CompletionReply),
    ApiResponse({
      status: 200,
      description: `The whole completion. ${STREAM}`,
      headers: HEADERS,
      content: {
        'application/json': { schema: { $ref: getSchemaPath(CompletionReply) } },
        'text/event-stream': { schema: { type: 'string' } },
      },
    }),
    ApiOpenAiError(
      400,
      '`param` names the field that is wrong, unknown or taken by no provider; or `content_rejected`.',
    ),
    ApiOpenAiError(404, '`model_not_found`.'),
    ApiOpenAiError(409, '`answer_running`: with `X-Session-Id`, an answer is still running in that session.'),
    ApiOpenAiError(413, '`message_too_long` or `body_too_large`.'),
    ApiOpenAiError(415, 'The body is not JSON.'),
    ApiOpenAiError(429, '`rate_limited`, `overloaded` or `provider_rate_limited`: see `Retry-After`.'),
    ApiOpenAiError(500, '`internal`: something went wrong on our side.'),
    ApiOpenAiError(502, 'No provider could answer.'),
    ApiOpenAiError(503, '`overloaded`, `server_draining` or `history_unavailable`: see `Retry-After`.'),
    ApiOpenAiError(504, 'It took too long.'),
  );
}
