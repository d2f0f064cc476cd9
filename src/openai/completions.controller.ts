import { Body, Controller, Headers, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AdmissionGuard, Admissions } from '../chat/admissions.js';
import { RunningAnswers } from '../chat/answer/running-answers.js';
import { AnswerReaders } from '../chat/answer-readers.js';
import { Access } from '../identity/access.js';
import { CurrentCaller, type Caller } from '../identity/caller.js';
import { AddressLimitGuard } from '../limits/address-limit.guard.js';
import { ApiCompletion } from './completions.openapi.js';
import { CompletionsService } from './completions.service.js';
import { CompletionReplies } from './reply/completion-replies.js';
import { readCompletion } from './request/read-completion.js';
import { sessionNamed } from './session-header.js';

/** The way to ask for those who speak OpenAI's language. */
@ApiTags('openai')
@Access('chat', { claim: 'body', field: 'user' })
@Controller('v1/chat/completions')
@UseGuards(AdmissionGuard, AddressLimitGuard)
export class CompletionsController {
  constructor(
    private readonly completions: CompletionsService,
    private readonly admissions: Admissions,
    private readonly replies: CompletionReplies,
    private readonly readers: AnswerReaders,
    private readonly running: RunningAnswers,
  ) {}

  @ApiOperation({ summary: "Ask as one asks OpenAI's API; streams or not.", operationId: 'createChatCompletion' })
  @ApiCompletion()
  @HttpCode(200)
  @Post()
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Headers('x-session-id') sessionId: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const asked = readCompletion(body);
    const session = sessionNamed(sessionId, caller);
    if (lastEventId) this.running.refuseToComeBack(session);
    this.readers.admit(response);
    const admit = this.admissions.admitting(caller, request, session);
    const answer = await this.completions.open(caller, asked, session, admit);
    await this.replies.send(answer, asked, response);
  }
}
