import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../http/problem.openapi.js';
import { Access } from '../../identity/access.js';
import { CurrentCaller, type Caller } from '../../identity/caller.js';
import { AtOnce, type Concurrency } from '../../limits/concurrency.js';
import {
  ListSessionsDto,
  RenameSessionDto,
  SessionOwnerDto,
  SessionParamsDto,
  SessionsReplyDto,
} from './sessions.dto.js';
import { ApiSessionProblems } from './sessions.openapi.js';
import { SessionsService } from './sessions.service.js';

/** Each is a transaction in the queue that questions wait in, too. */
const WRITES: Concurrency = { perUser: 4, perAddress: 8, inAll: 64 };

/** A user's sessions. Another user's do not exist. */
@ApiTags('sessions')
@ApiSessionProblems()
@Access('chat', { claim: 'query' })
@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @ApiOperation({ summary: 'List sessions, latest change first.', operationId: 'listSessions' })
  @ApiOkResponse({ type: SessionsReplyDto })
  @AtOnce({ perUser: 8, perAddress: 32, inAll: 128, sendsMuch: true })
  @Get()
  async list(@CurrentCaller() caller: Caller, @Query() { limit, before }: ListSessionsDto): Promise<SessionsReplyDto> {
    const page = before === undefined ? { limit } : { limit, before };
    const { sessions, hasMore } = await this.sessions.list(caller, page);
    return { sessions, has_more: hasMore };
  }

  @ApiOperation({ summary: 'Rename a session.', operationId: 'renameSession' })
  @ApiNoContentResponse({ description: 'Renamed.' })
  @ApiProblem(404, 'There is no such session of this user.')
  @HttpCode(204)
  @AtOnce(WRITES)
  @Patch(':session_id')
  rename(
    @CurrentCaller() caller: Caller,
    @Param() { session_id }: SessionParamsDto,
    @Query() _owner: SessionOwnerDto,
    @Body() { title }: RenameSessionDto,
  ): Promise<void> {
    return this.sessions.rename(caller, session_id, title.toWellFormed());
  }

  @ApiOperation({
    summary: 'Delete a session with all its messages; a running answer is stopped.',
    operationId: 'deleteSession',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblem(404, 'There is no such session of this user.')
  @HttpCode(204)
  @AtOnce(WRITES)
  @Delete(':session_id')
  remove(
    @CurrentCaller() caller: Caller,
    @Param() { session_id }: SessionParamsDto,
    @Query() _owner: SessionOwnerDto,
  ): Promise<void> {
    return this.sessions.remove(caller, session_id);
  }
}
