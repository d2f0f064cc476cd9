import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { ID_PATTERN, ID_RULE } from '../wire/ids.js';

/**
 * The part of a body or query that claims a user: `user_id`. Requests extend it. `CallerGuard` reads the claim; nobody
 * else does.
 * @param description for the document of the API
 */
export function UserClaim(description?: string): Type<object> {
  class Claim {
    @ApiProperty({ ...(description && { description }), pattern: ID_PATTERN.source, example: 'ada' })
    @Matches(ID_PATTERN, { message: `user_id must be ${ID_RULE}` })
    user_id!: string;
  }
  return Claim;
}
