import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { REASONING_EFFORTS } from '../providers/completion-options.js';

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

/** A message, as the OpenAPI document shows it; request/read-messages.ts reads it. */
export class CompletionMessageBody {
  @ApiProperty({ enum: ['system', 'developer', 'user', 'assistant', 'tool'] })
  role!: string;

  @ApiPropertyOptional({
    oneOf: [
      { type: 'string', nullable: true },
      { type: 'array', items: ANY_OBJECT },
    ],
    description:
      'Text, or parts of type `text` and (of a user) `image_url`. An assistant that called tools needs none.',
  })
  content?: unknown;

  @ApiPropertyOptional({ description: 'Left out: most providers refuse it.' })
  name?: string;

  @ApiPropertyOptional({
    type: 'array',
    items: ANY_OBJECT,
    description: 'Of an assistant: the functions that it called.',
  })
  tool_calls?: unknown;

  @ApiPropertyOptional({ description: 'Of a tool: the call that it answers.', maxLength: 256 })
  tool_call_id?: string;

  @ApiPropertyOptional({ description: 'Of an assistant: what it thought; sent where the provider takes it.' })
  reasoning_content?: string;

  @ApiPropertyOptional({ nullable: true, type: String })
  refusal?: string | null;
}

class StreamOptionsBody {
  @ApiPropertyOptional({ description: 'A last chunk with what was used.' })
  include_usage?: boolean;

  @ApiPropertyOptional({ description: 'Ignored.' })
  include_obfuscation?: boolean;
}

class RondoOptionsBody {
  @ApiPropertyOptional({
    description: "Rondo's own events besides, in a field `rondo` of chunks that say nothing else.",
  })
  events?: boolean;
}

/** `POST /v1/chat/completions`, as the OpenAPI document shows it; request/read-completion.ts reads it. */
export class CompletionRequestBody {
  @ApiProperty({ description: '`rondo` (the providers in turn), `PROVIDER` or `PROVIDER/MODEL`.', example: 'rondo' })
  model!: string;

  @ApiProperty({ type: [CompletionMessageBody], minItems: 1, maxItems: 2000 })
  messages!: CompletionMessageBody[];

  @ApiPropertyOptional({ default: false })
  stream?: boolean;

  @ApiPropertyOptional({ type: StreamOptionsBody })
  stream_options?: StreamOptionsBody;

  @ApiPropertyOptional({ description: 'Who asks: rate limits count for them if it may be a `user_id`.' })
  user?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 2 })
  temperature?: number;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  top_p?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'At most this many tokens; the service caps it.' })
  max_completion_tokens?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'The older name of `max_completion_tokens`.' })
  max_tokens?: number;

  @ApiPropertyOptional({ type: 'array', items: ANY_OBJECT, maxItems: 128 })
  tools?: unknown;

  @ApiPropertyOptional({ oneOf: [{ type: 'string', enum: ['none', 'auto', 'required'] }, ANY_OBJECT] })
  tool_choice?: unknown;

  @ApiPropertyOptional()
  parallel_tool_calls?: boolean;

  @ApiPropertyOptional({ ...ANY_OBJECT, description: '`text`, `json_object` or `json_schema`.' })
  response_format?: unknown;

  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, maxItems: 16 }] })
  stop?: unknown;

  @ApiPropertyOptional({ type: 'integer', description: 'Best effort; left out where the provider has none.' })
  seed?: number;

  @ApiPropertyOptional({ minimum: -2, maximum: 2 })
  presence_penalty?: number;

  @ApiPropertyOptional({ minimum: -2, maximum: 2 })
  frequency_penalty?: number;

  @ApiPropertyOptional({ enum: REASONING_EFFORTS })
  reasoning_effort?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1 })
  n?: number;

  @ApiPropertyOptional({ type: RondoOptionsBody })
  rondo?: RondoOptionsBody;

  @ApiPropertyOptional({ ...ANY_OBJECT, description: 'Ignored.' })
  metadata?: unknown;

  @ApiPropertyOptional({ description: 'Ignored.' })
  store?: boolean;

  @ApiPropertyOptional({ description: 'Ignored.' })
  service_tier?: string;
}
