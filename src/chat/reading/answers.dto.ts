import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** The path of an answer. */
export class AnswerParamsDto {
  @ApiProperty({ description: "The answer's id: the `X-Answer-Id` header, or `message_id` of its `done` event." })
  @IsString()
  @MaxLength(128)
  answer_id!: string;
}

/** `GET /rr-chat/stream/:answer_id`, for clients that can't set a header. */
export class AttachQueryDto {
  @ApiPropertyOptional({ description: 'The same as the `Last-Event-ID` header.' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  last_event_id?: string;
}
