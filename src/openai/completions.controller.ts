import { Body, Controller, Headers, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AdmissionGuard, Arrived, Asking, type Arrival } from '../chat/answering/admissions.js';
import { Resumes } from '../chat/reading/resumes.js';
import { AnswerReaders } from '../chat/reading/answer-readers.js';
import { Access } from '../identity/access.js';
import { CurrentCaller, type Caller } from '../identity/caller.js';
import { ApiCompletion } from './completions.openapi.js';
import { CompletionsService } from './completions.service.js';
import { CompletionReplies } from './reply/completion-replies.js';
import { readCompletion } from './request/read-completion.js';
import { sessionNamed } from './session-header.js';

/** The way to ask for those who speak OpenAI's language. */
@ApiTags('openai')
@Access('chat', { claim: 'body', field: 'user' })
@Controller('v1/chat/completions')
@Asking({ sessionId: (request) => request.get('x-session-id'), isIdempotent: false })
@UseGuards(AdmissionGuard)
export class CompletionsController {
  constructor(
    private readonly completions: CompletionsService,
    private readonly replies: CompletionReplies,
    private readonly readers: AnswerReaders,
    private readonly resumes: Resumes,
  ) {}

  @ApiOperation({ summary: "Ask as one asks OpenAI's API; streams or not.", operationId: 'createChatCompletion' })
  @ApiCompletion()
  @HttpCode(200)
  @Post()
  async create(
    @CurrentCaller() caller: Caller,
    @Arrived() arrival: Arrival,
    @Body() body: unknown,
    @Headers('x-session-id') sessionId: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const asked = readCompletion(body);
    const session = sessionNamed(sessionId, caller);
    if (lastEventId) this.resumes.refuse(session);
    await this.readers.admit(response, async (reader) =>
      this.replies.send(reader, await this.completions.ask(caller, asked, session, arrival), asked, response),
    );
  }
}
