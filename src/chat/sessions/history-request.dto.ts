import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { UserClaim } from '../../identity/user-claim.js';
import { ID_PATTERN, ID_RULE, MESSAGE_ID_PATTERN } from '../../wire/ids.js';
import { QueryInteger } from './query-integer.js';

const LIMIT_MESSAGE = '$property must be a whole number from 1 to 200';
const LIMIT = {
  description: 'How many messages at most.',
  minimum: 1,
  maximum: 200,
  default: 50,
  type: 'integer',
} as const;

class HistoryRequest extends UserClaim('Whose session.') {
  @ApiProperty({ description: 'Which of their sessions.', pattern: ID_PATTERN.source, example: 'first-steps' })
  @Matches(ID_PATTERN, { message: `session_id must be ${ID_RULE}` })
  session_id!: string;

  @ApiPropertyOptional({
    description: 'A message id: only what is older than that message. An unknown one gives an empty page.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @Matches(MESSAGE_ID_PATTERN, { message: '$property must be a message id' })
  before?: string;

  @ApiPropertyOptional({
    description:
      'One of the `versions` of a message: that one and what followed it, as it was when another took its place. An ' +
      'unknown one gives an empty page.',
    pattern: MESSAGE_ID_PATTERN.source,
  })
  @IsOptional()
  @Matches(MESSAGE_ID_PATTERN, { message: '$property must be a message id' })
  version?: string;
}

/** `GET /history`: everything in a query is text. */
export class HistoryQuery extends HistoryRequest {
  @ApiPropertyOptional(LIMIT)
  @QueryInteger()
  @IsInt({ message: LIMIT_MESSAGE })
  @Min(1, { message: LIMIT_MESSAGE })
  @Max(200, { message: LIMIT_MESSAGE })
  limit = 50;
}

/** `POST /history`. */
export class HistoryBody extends HistoryRequest {
  @ApiPropertyOptional(LIMIT)
  @IsInt({ message: LIMIT_MESSAGE })
  @Min(1, { message: LIMIT_MESSAGE })
  @Max(200, { message: LIMIT_MESSAGE })
  limit = 50;
}
