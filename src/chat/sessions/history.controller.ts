import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiSessionProblems } from './sessions.openapi.js';
import { HistoryBody, HistoryQuery } from './history-request.dto.js';
import { HistoryStore } from '../../history/history-store.js';
import { HistoryResponse } from './message.response.js';

@ApiTags('history')
@ApiSessionProblems()
@Controller('history')
export class HistoryController {
  constructor(private readonly store: HistoryStore) {}

  @Get()
  @ApiOperation({ summary: 'The latest messages of a session, oldest first', operationId: 'getHistory' })
  @ApiOkResponse({ type: HistoryResponse })
  get(@Query() query: HistoryQuery): Promise<HistoryResponse> {
    return this.#page(query);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'The same as GET, with ids in the body instead of the address', operationId: 'postHistory' })
  @ApiOkResponse({ type: HistoryResponse })
  post(@Body() body: HistoryBody): Promise<HistoryResponse> {
    return this.#page(body);
  }

  async #page({ user_id, session_id, before, version, limit }: HistoryBody): Promise<HistoryResponse> {
    const session = { userId: user_id, sessionId: session_id };
    const page = { limit, ...(before == null ? {} : { before }), ...(version == null ? {} : { version }) };
    const { messages, hasMore } = await this.store.messages(session, page);
    return { history: messages, has_more: hasMore };
  }
}
