import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { UserClaim } from '../identity/user-claim.js';
import { ID_PATTERN, ID_RULE, MESSAGE_ID_PATTERN, MODEL_PATTERN } from '../wire/ids.js';
import { InsteadOf, Needs } from './dependent-fields.js';

/** Control characters other than tab, line feed and carriage return have no business in a text. */
const NO_CONTROL_CHARACTERS = /^(?:[^\p{Cc}]|[\t\n\r])*$/u;
/** Only a bound for what a body may hold; how long a message may be is for the safety checks to say. */
const MAX_PROMPT_CHARS = 200_000;
const MAX_TOKENS = 10_000_000;

const IsMessageId = () => Matches(MESSAGE_ID_PATTERN, { message: '$property must be a message id' });

/** `POST /rr-chat/stream` and `POST /rr-chat`. */
export class ChatRequestDto extends UserClaim(`Who asks: ${ID_RULE}.`) {
  @ApiProperty({ description: `Which conversation: ${ID_RULE}.`, pattern: ID_PATTERN.source, example: 'first-steps' })
  @Matches(ID_PATTERN, { message: `session_id must be ${ID_RULE}` })
  session_id!: string;

  @ApiPropertyOptional({
    description: 'The question. Left out only with `regenerate` or `continue_from`.',
    example: 'What is a rondo?',
  })
  @ValidateIf(
    ({ message, regenerate, continue_from }: ChatRequestDto) => message != null || !(regenerate ?? continue_from),
  )
  @IsString()
  @Matches(NO_CONTROL_CHARACTERS, { message: 'message must not hold control characters' })
  message?: string;

  @ApiPropertyOptional({
    description: 'A question of this session, by its id: `message` takes its place, and what followed it leaves.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @Needs('message')
  @IsMessageId()
  replaces?: string;

  @ApiPropertyOptional({
    description: 'An answer of this session, by its id: its question is asked again. Instead of `message`.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @InsteadOf('message', 'replaces', 'continue_from')
  @IsMessageId()
  regenerate?: string;

  @ApiPropertyOptional({
    description:
      'An answer of this session that was cut short, by its id: a new one takes its place, which begins with its text ' +
      'and goes on from there. Instead of `message`.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @InsteadOf('message', 'replaces', 'regenerate')
  @IsMessageId()
  continue_from?: string;

  @ApiPropertyOptional({ description: 'Only this provider: no rotation, no failover.', example: 'mistral' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  provider?: string;

  @ApiPropertyOptional({ description: "Another model than the provider's configured one; needs `provider`." })
  @IsOptional()
  @Matches(MODEL_PATTERN, { message: 'model must be a model id' })
  model?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 2 })
  @IsOptional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(2)
  temperature?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_TOKENS,
    description: 'At most this many tokens; the service caps it.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_TOKENS)
  max_tokens?: number;

  @ApiPropertyOptional({ description: "Replaces the service's own system prompt; empty: none." })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_PROMPT_CHARS)
  @Matches(NO_CONTROL_CHARACTERS, { message: 'system_prompt must not hold control characters' })
  system_prompt?: string;

  @ApiPropertyOptional({
    enum: ['finish', 'cancel'],
    description:
      'When the last reader leaves: `finish` goes on to the end, `cancel` stops at once; absent: goes on for a grace.',
  })
  @IsOptional()
  @IsIn(['finish', 'cancel'])
  on_disconnect?: 'finish' | 'cancel';

  @ApiPropertyOptional({ description: 'Stops an answer that is still running in this session and goes on.' })
  @IsOptional()
  @IsBoolean()
  supersede?: boolean;
}
