import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ERROR_TRAITS,
  type AttemptReason,
  type ErrorClass,
  type ErrorCode,
  type FinishReason,
} from '../../wire/answer-event.js';
import type { Message, MessageAttempt, MessageStatus } from '../../wire/message.js';

const ERROR_CODES = Object.keys(ERROR_TRAITS);
const ERROR_CLASSES = [...new Set(Object.values(ERROR_TRAITS).map((traits) => traits.class))];
const STATUSES = ['complete', 'streaming', 'interrupted', 'failed', 'stopped'] satisfies MessageStatus[];
const ATTEMPT_REASONS = ['selected', 'failover', 'continued', 'hedged', 'retry', 'hedge'] satisfies AttemptReason[];
const FINISH_REASONS = ['stop', 'length', 'content_filter', 'stopped', 'interrupted', 'error'] satisfies FinishReason[];
const COUNT = { type: 'integer', minimum: 0 } as const;

/** Why an answer could not be completed. */
export class MessageErrorResponse implements NonNullable<Message['error']> {
  @ApiProperty({ description: 'A sentence for people.' })
  message!: string;

  @ApiProperty({ enum: ERROR_CODES })
  code!: ErrorCode;

  @ApiProperty({ enum: ERROR_CLASSES, description: 'What a client should do: a hint.' })
  class!: ErrorClass;

  @ApiProperty()
  retryable!: boolean;

  @ApiPropertyOptional(COUNT)
  retry_after_ms?: number;
}

/** One attempt at an answer. */
export class MessageAttemptResponse implements MessageAttempt {
  @ApiProperty({ example: 'groq' })
  provider!: string;

  @ApiProperty()
  model!: string;

  @ApiProperty({ enum: ATTEMPT_REASONS, description: 'Why it was made; `hedge` is the loser of a race.' })
  reason!: AttemptReason;

  @ApiProperty({ enum: ['ok', 'failed', 'cancelled', 'running'] })
  outcome!: MessageAttempt['outcome'];

  @ApiPropertyOptional({ enum: ERROR_CODES })
  code?: ErrorCode;

  @ApiPropertyOptional(COUNT)
  tokens?: number;

  @ApiPropertyOptional({ description: 'True where the provider reported the tokens, false for a local estimate.' })
  accurate?: boolean;

  @ApiPropertyOptional({ ...COUNT, description: 'Until its first token; absent where it had none.' })
  time_to_first_token_ms?: number;

  @ApiProperty(COUNT)
  duration_ms!: number;
}

/** A question or an answer. */
export class MessageResponse implements Message {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['user', 'assistant'] })
  role!: Message['role'];

  @ApiProperty({ description: 'While the answer runs: the text stored so far.' })
  content!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ enum: STATUSES })
  status!: MessageStatus;

  @ApiPropertyOptional({ description: 'Thinking text, apart from the answer.' })
  reasoning?: string;

  @ApiPropertyOptional({ example: 'mistral' })
  provider?: string;

  @ApiPropertyOptional()
  model?: string;

  @ApiPropertyOptional({ ...COUNT, description: 'Prompt and completion together.' })
  tokens?: number;

  @ApiPropertyOptional({ description: 'True where the provider reported the tokens, false for a local estimate.' })
  accurate?: boolean;

  @ApiPropertyOptional(COUNT)
  prompt_tokens?: number;

  @ApiPropertyOptional(COUNT)
  completion_tokens?: number;

  @ApiPropertyOptional({ enum: FINISH_REASONS })
  finish_reason?: FinishReason;

  @ApiPropertyOptional({ type: MessageErrorResponse })
  error?: MessageErrorResponse;

  @ApiPropertyOptional(COUNT)
  time_to_first_token_ms?: number;

  @ApiPropertyOptional(COUNT)
  duration_ms?: number;

  @ApiPropertyOptional({ type: [MessageAttemptResponse], description: 'Every provider that was asked, in order.' })
  attempts?: MessageAttemptResponse[];

  @ApiPropertyOptional({
    type: [String],
    description: 'In the history, where there are others: the ids of all versions of this message, oldest first.',
  })
  versions?: string[];
}

/** A page of a session, oldest message first. */
export class HistoryResponse {
  @ApiProperty({ type: [MessageResponse] })
  history!: Message[];

  @ApiProperty({
    description: 'Whether there are older messages than these. A page ends early where it would have more than 1 MiB.',
  })
  has_more!: boolean;
}
