import { ApiProperty } from '@nestjs/swagger';
import { MessageResponse } from '../history/message.response.js';
import type { Usage } from '../wire/answer-event.js';
import type { Message } from '../wire/message.js';

/** What an answer used. */
export class UsageDto implements Usage {
  @ApiProperty({ description: 'Prompt and completion together.' })
  tokens!: number;

  @ApiProperty({ description: 'True only where the provider reported it (ACU); else a local estimate (EST).' })
  accurate!: boolean;

  @ApiProperty()
  prompt_tokens!: number;

  @ApiProperty()
  completion_tokens!: number;
}

/** `POST /rr-chat`: the whole answer. */
export class ChatReplyDto {
  @ApiProperty({ type: () => MessageResponse })
  message!: Message;

  @ApiProperty({ type: () => UsageDto })
  usage!: Usage;
}
