import type { ServerResponse } from 'node:http';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiSessionProblems } from './sessions.openapi.js';
import { HistoryStore } from '../../history/history-store.js';
import { SearchQueryDto, SearchResponse } from './search.dto.js';

@ApiTags('history')
@ApiSessionProblems()
@Controller('search')
export class SearchController {
  constructor(private readonly store: HistoryStore) {}

  @Get()
  @ApiOperation({ summary: "Find words in a user's messages and titles, newest first", operationId: 'searchHistory' })
  @ApiOkResponse({ type: SearchResponse })
  async search(
    @Query() { user_id, q, limit, before }: SearchQueryDto,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<SearchResponse> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const query = { text: q, limit, left: left.signal, ...(before == null ? {} : { before }) };
    const { results, hasMore } = await this.store.search(user_id, query);
    return { results, has_more: hasMore };
  }
}
