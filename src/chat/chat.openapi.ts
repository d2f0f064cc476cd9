import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiProblem, ProblemResponse } from '../http/problem.openapi.js';
import { PROBLEM_CONTENT_TYPE } from '../wire/problem.js';

const EVENT_STREAM =
  'Typed events: each has a line `id:` (a cursor) and a line `data:` (JSON whose first member is `type`: `provider`, ' +
  '`reasoning`, `delta`, `usage`, `error` or `done`). `done` is always the last.';

const EVENTS = { 'text/event-stream': { schema: { type: 'string' } } } as const;

/** The ids of request and answer, as headers. */
const ANSWER_HEADERS = {
  'X-Answer-Id': { description: 'The id of the answer, and of its message.', schema: { type: 'string' } },
  'X-Request-Id': { description: 'The id of the request.', schema: { type: 'string' } },
} as const;

/** Asking for events. */
export function ApiAskStream(): MethodDecorator {
  return applyDecorators(
    ApiAsk(),
    ApiEventStream(),
    ApiResponse({
      status: 429,
      description: '`rate_limited` as three events, or `overloaded` as a problem: see `Retry-After`.',
      content: { ...EVENTS, [PROBLEM_CONTENT_TYPE]: { schema: { $ref: getSchemaPath(ProblemResponse) } } },
    }),
  );
}

/** Asking for the whole answer as one JSON. */
export function ApiAskWhole(reply: Type): MethodDecorator {
  return applyDecorators(
    ApiAsk(),
    ApiOkResponse({ type: reply, headers: ANSWER_HEADERS }),
    ApiProblem(429, '`rate_limited`, `overloaded` or `provider_rate_limited`: see `Retry-After`.'),
    ApiProblem(500, '`internal`: something went wrong on our side.'),
    ApiProblem(502, 'No provider could answer.'),
    ApiProblem(504, 'It took too long.'),
  );
}

/** An answer as events. */
export function ApiEventStream(): MethodDecorator {
  return applyDecorators(ApiOkResponse({ description: EVENT_STREAM, content: EVENTS, headers: ANSWER_HEADERS }));
}

/** What both ways to ask have in common. */
function ApiAsk(): MethodDecorator {
  const header = {
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same body gives the same answer for 24 h; with another body it is refused.',
  };
  const cursor = {
    name: 'Last-Event-ID',
    required: false,
    description:
      'Comes back, and asks nothing: with the `Idempotency-Key` of a question that was asked to its answer, after this ' +
      'event; else 409 with the `answer_id` of what runs in the session, or 404.',
  };
  return applyDecorators(
    ApiHeader(header),
    ApiHeader(cursor),
    ApiProblem(400, 'A field is missing, wrong or unknown; `errors` says which.'),
    ApiProblem(404, 'There is no such message in this session, or nothing that `Last-Event-ID` comes back to.'),
    ApiProblem(
      409,
      '`answer_running`: an answer is still running in this session; `answer_id` names it. `conflict`: another version ' +
        'has taken the place of the message that the request names.',
    ),
    ApiProblem(413, '`message_too_long` or `body_too_large`.'),
    ApiProblem(422, '`content_rejected`, or an `Idempotency-Key` that was used with another body.'),
    ApiProblem(503, '`overloaded`, `server_draining` or `history_unavailable`: see `Retry-After`.'),
  );
}
