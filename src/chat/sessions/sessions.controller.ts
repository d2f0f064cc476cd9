import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HistoryStore, type SessionKey } from '../../history/history-store.js';
import { ApiProblem } from '../../http/problem.openapi.js';
import { ProblemException } from '../../http/problem.exception.js';
import { RunningAnswers } from '../answer/running-answers.js';
import {
  ListSessionsDto,
  RenameSessionDto,
  SessionOwnerDto,
  SessionParamsDto,
  SessionsReplyDto,
} from './sessions.dto.js';
import { ApiSessionProblems } from './sessions.openapi.js';

/** A user's sessions. Another user's do not exist. */
@ApiTags('sessions')
@ApiSessionProblems()
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly history: HistoryStore,
    private readonly running: RunningAnswers,
  ) {}

  @ApiOperation({ summary: 'List sessions, latest change first.', operationId: 'listSessions' })
  @ApiOkResponse({ type: SessionsReplyDto })
  @Get()
  async list(@Query() { user_id, limit, before }: ListSessionsDto): Promise<SessionsReplyDto> {
    const page = before === undefined ? { limit } : { limit, before };
    const { sessions, hasMore } = await this.history.sessions(user_id, page);
    return { sessions, has_more: hasMore };
  }

  @ApiOperation({ summary: 'Rename a session.', operationId: 'renameSession' })
  @ApiNoContentResponse({ description: 'Renamed.' })
  @ApiProblem(404, 'There is no such session of this user.')
  @HttpCode(204)
  @Patch(':session_id')
  async rename(
    @Param() params: SessionParamsDto,
    @Query() owner: SessionOwnerDto,
    @Body() { title }: RenameSessionDto,
  ): Promise<void> {
    if (!(await this.history.renameSession(keyOf(params, owner), title.toWellFormed()))) throw notFound();
  }

  @ApiOperation({
    summary: 'Delete a session with all its messages; a running answer is stopped.',
    operationId: 'deleteSession',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblem(404, 'There is no such session of this user.')
  @HttpCode(204)
  @Delete(':session_id')
  async remove(@Param() params: SessionParamsDto, @Query() owner: SessionOwnerDto): Promise<void> {
    const session = keyOf(params, owner);
    this.running.inSession(session)?.stop('stopped');
    if (!(await this.history.deleteSession(session))) throw notFound();
  }
}

function keyOf({ session_id }: SessionParamsDto, { user_id }: SessionOwnerDto): SessionKey {
  return { userId: user_id, sessionId: session_id };
}

function notFound(): ProblemException {
  return new ProblemException({ status: 404, code: 'not_found', detail: 'There is no such session of this user.' });
}
