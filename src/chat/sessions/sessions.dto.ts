import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { QueryInteger } from './query-integer.js';
import { UserClaim } from '../../identity/user-claim.js';
import { ID_PATTERN, ID_RULE } from '../../wire/ids.js';
import type { SessionSummary } from '../../wire/message.js';

/** A title is one line of text with something to see in it. */
const TITLE_PATTERN = /^(?=.*\S)\P{Cc}+$/u;
const MAX_TITLE_CHARS = 200;

/** Whose session it is. */
export class SessionOwnerDto extends UserClaim() {}

export class SessionParamsDto {
  @ApiProperty({ pattern: ID_PATTERN.source, example: 'first-steps' })
  @Matches(ID_PATTERN, { message: `session_id must be ${ID_RULE}` })
  session_id!: string;
}

/** `GET /sessions`. */
export class ListSessionsDto extends SessionOwnerDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @QueryInteger()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @ApiPropertyOptional({ description: 'Only sessions older than this one, by its id.', pattern: ID_PATTERN.source })
  @IsOptional()
  @Matches(ID_PATTERN, { message: 'before must be the id of a session' })
  before?: string;
}

/** `PATCH /sessions/:session_id`. */
export class RenameSessionDto {
  @ApiProperty({ maxLength: MAX_TITLE_CHARS })
  @IsString()
  @MaxLength(MAX_TITLE_CHARS)
  @Matches(TITLE_PATTERN, { message: 'title must be one line that is not blank' })
  title!: string;
}

export class SessionSummaryDto implements SessionSummary {
  @ApiProperty({ pattern: ID_PATTERN.source })
  session_id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;

  @ApiProperty({ type: 'integer' })
  message_count!: number;

  @ApiPropertyOptional({ description: 'The answer that is running in it.' })
  running_answer_id?: string;
}

export class SessionsReplyDto {
  @ApiProperty({ type: [SessionSummaryDto] })
  sessions!: SessionSummary[];

  @ApiProperty({ description: 'Whether there are older ones.' })
  has_more!: boolean;
}
