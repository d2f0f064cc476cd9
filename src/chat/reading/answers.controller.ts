import { Controller, Headers, HttpCode, Param, Post, Query, Res, Sse, type MessageEvent } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { ApiProblem } from '../../http/problem.openapi.js';
import { Access } from '../../identity/access.js';
import { CurrentCaller, type Caller } from '../../identity/caller.js';
import { AtOnce } from '../../limits/concurrency.js';
import { AnswerFinder } from './answer-finder.js';
import { AnswerReaders } from './answer-readers.js';
import { ApiEventStream } from '../chat.openapi.js';
import { MAX_UNREAD_CHARS } from './event-stream.js';
import { cursorOf } from './last-event-id.js';
import { Resumes } from './resumes.js';

/** The path of an answer. */
class AnswerParamsDto {
  @ApiProperty({ description: "The answer's id: the `X-Answer-Id` header, or `message_id` of its `done` event." })
  @IsString()
  @MaxLength(128)
  answer_id!: string;
}

/** `GET /rr-chat/stream/:answer_id`, for clients that can't set a header. */
class AttachQueryDto {
  @ApiPropertyOptional({ description: 'The same as the `Last-Event-ID` header.' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  last_event_id?: string;
}

/** Coming back to an answer, and ending it. */
@ApiTags('chat')
@Access('chat')
@Controller('rr-chat/stream')
export class AnswersController {
  constructor(
    private readonly finder: AnswerFinder,
    private readonly readers: AnswerReaders,
    private readonly resumes: Resumes,
  ) {}

  @ApiOperation({
    summary: 'Attach to an answer, running or finished, after the event of the given cursor.',
    operationId: 'attachToAnswer',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id` of the last event received.' })
  @ApiEventStream()
  @ApiProblem(400, 'The cursor is not one that this service gave.')
  @ApiProblem(429, '`overloaded`: this address reads too many answers; see `Retry-After`.')
  @ApiProblem(
    503,
    '`overloaded`, `history_unavailable`, or `server_draining` while another process still writes the answer.',
  )
  @ApiProblem(404, 'There is no such answer.')
  @Sse(':answer_id', { maxPendingDataLength: MAX_UNREAD_CHARS })
  attach(
    @CurrentCaller() caller: Caller,
    @Param() { answer_id }: AnswerParamsDto,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: AttachQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Observable<MessageEvent>> {
    const cursor = cursorOf(lastEventId ?? query.last_event_id);
    return this.readers.admit(response, async (reader) =>
      reader.stream(await this.resumes.count(this.finder.find(caller, answer_id)), cursor),
    );
  }

  @ApiOperation({
    summary: 'Stop an answer; what was shown is kept. Stopping twice is stopping once.',
    operationId: 'stopAnswer',
  })
  @ApiAcceptedResponse({ description: 'It is stopped, or had ended before.' })
  @ApiProblem(400, 'No answer has an id like that.')
  @ApiProblem(429, '`overloaded`: too many requests like this one are at work; see `Retry-After`.')
  @ApiProblem(503, '`history_unavailable`, or `server_draining` while another process still writes the answer.')
  @ApiProblem(404, 'There is no such answer.')
  // To know that there is nothing to stop, a whole answer may have to be read.
  @AtOnce({ perAddress: 16, inAll: 64 })
  @HttpCode(202)
  @Post(':answer_id/stop')
  stop(@CurrentCaller() caller: Caller, @Param() { answer_id }: AnswerParamsDto): Promise<void> {
    return this.finder.stop(caller, answer_id);
  }
}
