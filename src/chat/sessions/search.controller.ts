import type { ServerResponse } from 'node:http';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/access.js';
import { CurrentCaller, type Caller } from '../../identity/caller.js';
import { AtOnce } from '../../limits/concurrency.js';
import { SearchQueryDto, SearchResponse } from './search.dto.js';
import { ApiSessionProblems } from './sessions.openapi.js';
import { SessionsService } from './sessions.service.js';

/** Finds words in all sessions of a user. */
@ApiTags('history')
@ApiSessionProblems()
@Access('chat', { claim: 'query' })
// The most expensive read. The page asks at each letter and waits for the last reply alone.
@AtOnce({ perUser: 1, perAddress: 4, inAll: 8, sendsMuch: true })
@Controller('search')
export class SearchController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @ApiOperation({ summary: "Find words in a user's messages and titles, newest first", operationId: 'searchHistory' })
  @ApiOkResponse({ type: SearchResponse })
  async search(
    @CurrentCaller() caller: Caller,
    @Query() { q, limit, before }: SearchQueryDto,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<SearchResponse> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const query = { text: q, limit, left: left.signal, ...(before == null ? {} : { before }) };
    const { results, hasMore } = await this.sessions.search(caller, query);
    return { results, has_more: hasMore };
  }
}
