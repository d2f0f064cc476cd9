import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MessageResponse } from './sessions/message.response.js';
import type { Usage } from '../wire/answer-event.js';
import type { Message } from '../wire/message.js';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** What an answer used. */
export class UsageDto implements Usage {
  @ApiProperty({ ...COUNT, description: 'Prompt and completion together.' })
  tokens!: number;

  @ApiProperty({ description: 'True only where the provider reported it (ACU); else a local estimate (EST).' })
  accurate!: boolean;

  @ApiProperty(COUNT)
  prompt_tokens!: number;

  @ApiProperty(COUNT)
  completion_tokens!: number;

  @ApiPropertyOptional({ minimum: 0, description: 'Where every provider asked reported it.' })
  cost_usd?: number;
}

/** `POST /rr-chat`: the whole answer. */
export class ChatReplyDto {
  @ApiProperty({ type: () => MessageResponse })
  message!: Message;

  @ApiProperty({ type: () => UsageDto })
  usage!: Usage;
}
