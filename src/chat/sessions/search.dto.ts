import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { UserClaim } from '../../identity/user-claim.js';
import { ID_PATTERN, MESSAGE_ID_PATTERN } from '../../wire/ids.js';
import type { SearchResult } from '../../wire/message.js';
import { QueryInteger } from './query-integer.js';

const MAX_QUERY_CHARS = 200;
const LIMIT_MESSAGE = '$property must be a whole number from 1 to 50';

/** `GET /search`. */
export class SearchQueryDto extends UserClaim('Whose sessions.') {
  @ApiProperty({
    description:
      'Words, all of which have to occur in the message, or in the title; in double quotes, words that follow each ' +
      'other. Case and accents make no difference. One or two letters are found where a word begins.',
    minLength: 1,
    maxLength: MAX_QUERY_CHARS,
    example: 'rondo',
  })
  @IsString()
  @MaxLength(MAX_QUERY_CHARS)
  @Matches(/\S/, { message: 'q must hold something to look for' })
  q!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 50, default: 20 })
  @IsOptional()
  @QueryInteger()
  @IsInt({ message: LIMIT_MESSAGE })
  @Min(1, { message: LIMIT_MESSAGE })
  @Max(50, { message: LIMIT_MESSAGE })
  limit = 20;

  @ApiPropertyOptional({
    description: 'A message id: only what is older than that message. An unknown one gives an empty page.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @Matches(MESSAGE_ID_PATTERN, { message: 'before must be a message id' })
  before?: string;
}

export class SearchResultResponse implements SearchResult {
  @ApiProperty({ pattern: ID_PATTERN.source })
  session_id!: string;

  @ApiProperty({ description: 'The message that has it; of a session that has it in its title alone, the newest.' })
  message_id!: string;

  @ApiProperty({ description: "The session's." })
  title!: string;

  @ApiProperty({ description: 'Text around the first hit, on one line, without markup.', maxLength: 160 })
  snippet!: string;
}

export class SearchResponse {
  @ApiProperty({ type: [SearchResultResponse] })
  results!: SearchResult[];

  @ApiProperty({ description: 'Whether there are older ones, or may be: a search with a hit ends after a second.' })
  has_more!: boolean;
}
