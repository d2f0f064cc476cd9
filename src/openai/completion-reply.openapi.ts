import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const COUNT = { type: 'integer', minimum: 0 } as const;

class CalledFunction {
  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'JSON, as the model wrote it.' })
  arguments!: string;
}

class ToolCallReply {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['function'] })
  type!: string;

  @ApiProperty({ type: CalledFunction })
  function!: CalledFunction;
}

class CompletionMessageReply {
  @ApiProperty({ enum: ['assistant'] })
  role!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where there are tool calls alone.' })
  content!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Always null: what a model refuses is in the content.' })
  refusal!: string | null;

  @ApiPropertyOptional({ description: 'What the model thought.' })
  reasoning_content?: string;

  @ApiPropertyOptional({ type: [ToolCallReply] })
  tool_calls?: ToolCallReply[];
}

class CompletionChoiceReply {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 0 })
  index!: number;

  @ApiProperty({ type: CompletionMessageReply })
  message!: CompletionMessageReply;

  @ApiProperty({ type: 'object', additionalProperties: false, nullable: true, description: 'Always null.' })
  logprobs!: null;

  @ApiProperty({ enum: ['stop', 'length', 'content_filter', 'tool_calls'] })
  finish_reason!: string;
}

class CompletionUsageReply {
  @ApiProperty(COUNT)
  prompt_tokens!: number;

  @ApiProperty(COUNT)
  completion_tokens!: number;

  @ApiProperty(COUNT)
  total_tokens!: number;

  @ApiProperty({ description: 'True where the providers reported it, false for a local estimate.' })
  accurate!: boolean;

  @ApiPropertyOptional({ minimum: 0, description: 'By list price, where that is known.' })
  cost_usd?: number;
}

class RondoReply {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  events!: object[];
}

/** `POST /v1/chat/completions` without `stream`, as the OpenAPI document shows it. */
export class CompletionReply {
  @ApiProperty({ example: 'chatcmpl-LloJT0MBQSfc3TGFfXUp9c5y' })
  id!: string;

  @ApiProperty({ enum: ['chat.completion'] })
  object!: string;

  @ApiProperty({ ...COUNT, description: 'Unix seconds.' })
  created!: number;

  @ApiProperty({ description: 'Who answered, as `PROVIDER/MODEL`.', example: 'groq/openai/gpt-oss-120b' })
  model!: string;

  @ApiProperty({ type: [CompletionChoiceReply] })
  choices!: CompletionChoiceReply[];

  @ApiProperty({ type: CompletionUsageReply })
  usage!: CompletionUsageReply;

  @ApiPropertyOptional({ type: RondoReply, description: 'Where `rondo.events` asks for it.' })
  rondo?: RondoReply;
}
