import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Post,
  RequestMethod,
  Res,
  Sse,
  UseFilters,
  UseGuards,
  type MessageEvent,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import { Access } from '../identity/access.js';
import { CurrentCaller, type Caller } from '../identity/caller.js';
import { RateLimitedEventsFilter } from '../limits/rate-limited.js';
import { AdmissionGuard, Arrived, Asking, type Arrival } from './answering/admissions.js';
import { AnswerReaders } from './reading/answer-readers.js';
import { ApiAskStream, ApiAskWhole } from './chat.openapi.js';
import { ChatReplyDto } from './chat-reply.dto.js';
import { ChatRequestDto } from './chat-request.dto.js';
import { ChatService } from './chat.service.js';
import { MAX_UNREAD_CHARS } from './reading/event-stream.js';
import { cursorOf } from './reading/last-event-id.js';
import type { ReadableAnswer } from './answer/readable-answer.js';

interface AskHeaders {
  readonly 'idempotency-key'?: string;
  readonly 'last-event-id'?: string;
}

/** The two ways to ask. */
@ApiTags('chat')
@Access('chat', { claim: 'body' })
@Controller('rr-chat')
@Asking({ sessionId: ({ body }) => (body as { session_id?: unknown } | undefined)?.session_id, isIdempotent: true })
@UseGuards(AdmissionGuard)
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly readers: AnswerReaders,
  ) {}

  @ApiOperation({ summary: 'Ask; the answer streams as typed Server-Sent Events.', operationId: 'streamAnswer' })
  @ApiAskStream()
  @UseFilters(RateLimitedEventsFilter)
  @HttpCode(200)
  @Sse('stream', { method: RequestMethod.POST, maxPendingDataLength: MAX_UNREAD_CHARS })
  stream(
    @CurrentCaller() caller: Caller,
    @Arrived() arrival: Arrival,
    @Body() body: ChatRequestDto,
    @Headers() headers: AskHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Observable<MessageEvent>> {
    const cursor = cursorOf(headers['last-event-id']);
    return this.readers.admit(response, async (reader) =>
      reader.stream(await this.#answer(caller, body, headers, arrival), cursor),
    );
  }

  @ApiOperation({ summary: 'Ask; the whole answer comes as one JSON.', operationId: 'wholeAnswer' })
  @ApiAskWhole(ChatReplyDto)
  @HttpCode(200)
  @Post()
  reply(
    @CurrentCaller() caller: Caller,
    @Arrived() arrival: Arrival,
    @Body() body: ChatRequestDto,
    @Headers() headers: AskHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChatReplyDto> {
    return this.readers.admit(response, async (reader) =>
      reader.whole(await this.#answer(caller, body, headers, arrival)),
    );
  }

  #answer(caller: Caller, body: ChatRequestDto, headers: AskHeaders, arrival: Arrival): Promise<ReadableAnswer> {
    const key = headers['idempotency-key'];
    if (cursorOf(headers['last-event-id']) !== undefined) return this.chat.comeBack(caller, body, key);
    return this.chat.ask(caller, body, arrival, key);
  }
}
