import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import { ApiProblem } from '../http/problem.openapi.js';

const EVENT_STREAM =
  'Typed events: each has a line `id:` (a cursor) and a line `data:` (JSON whose first member is `type`: `provider`, ' +
  '`reasoning`, `delta`, `usage`, `error` or `done`). `done` is always the last.';

/** What both ways to ask have in common. */
export function ApiAsk(replies: { ok?: Type } = {}): MethodDecorator {
  const header = {
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same body gives the same answer for 24 h; with another body it is refused.',
  };
  return applyDecorators(
    ApiHeader(header),
    ...(replies.ok === undefined ? [] : [ApiOkResponse({ type: replies.ok })]),
    ApiProblem(400, 'A field is missing, wrong or unknown; `errors` says which.'),
    ApiProblem(409, '`answer_running`: an answer is still running in this session; `answer_id` names it.'),
    ApiProblem(413, '`message_too_long` or `body_too_large`.'),
    ApiProblem(422, '`content_rejected`, or an `Idempotency-Key` that was used with another body.'),
    ApiProblem(429, '`rate_limited` (as two events where a stream was asked for), or `overloaded`: see `Retry-After`.'),
    ApiProblem(503, '`overloaded`, `server_draining` or `history_unavailable`: see `Retry-After`.'),
    ...(replies.ok === undefined
      ? []
      : [ApiProblem(502, 'No provider could answer.'), ApiProblem(504, 'It took too long.')]),
  );
}

/** An answer as events. */
export function ApiEventStream(): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({
      description: EVENT_STREAM,
      content: { 'text/event-stream': { schema: { type: 'string' } } },
      headers: {
        'X-Answer-Id': { description: 'The id of the answer, and of its message.', schema: { type: 'string' } },
        'X-Request-Id': { description: 'The id of the request.', schema: { type: 'string' } },
      },
    }),
  );
}
