import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/access.js';
import { CurrentCaller, type Caller } from '../../identity/caller.js';
import { AtOnce } from '../../limits/concurrency.js';
import { HistoryBody, HistoryQuery } from './history-request.dto.js';
import { HistoryResponse } from './message.response.js';
import { ApiSessionProblems } from './sessions.openapi.js';
import { SessionsService } from './sessions.service.js';

/** The messages of a session. */
@ApiTags('history')
@ApiSessionProblems()
// A page of up to 1 MiB, which is in memory until its reader has it.
@AtOnce({ perUser: 8, perAddress: 16, inAll: 64, sendsMuch: true })
@Controller('history')
export class HistoryController {
  constructor(private readonly sessions: SessionsService) {}

  @Access('chat', { claim: 'query' })
  @Get()
  @ApiOperation({ summary: 'The latest messages of a session, oldest first', operationId: 'getHistory' })
  @ApiOkResponse({ type: HistoryResponse })
  get(@CurrentCaller() caller: Caller, @Query() query: HistoryQuery): Promise<HistoryResponse> {
    return this.#page(caller, query);
  }

  @Access('chat', { claim: 'body' })
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'The same as GET, with ids in the body instead of the address', operationId: 'postHistory' })
  @ApiOkResponse({ type: HistoryResponse })
  post(@CurrentCaller() caller: Caller, @Body() body: HistoryBody): Promise<HistoryResponse> {
    return this.#page(caller, body);
  }

  async #page(caller: Caller, { session_id, before, version, limit }: HistoryBody): Promise<HistoryResponse> {
    const page = { limit, ...(before == null ? {} : { before }), ...(version == null ? {} : { version }) };
    const { messages, hasMore } = await this.sessions.messages(caller, session_id, page);
    return { history: messages, has_more: hasMore };
  }
}
