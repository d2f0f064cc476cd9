import { Injectable } from '@nestjs/common';
import { HistoryStore, type MessagesQuery, type PageQuery, type SearchQuery } from '../../history/history-store.js';
import { ProblemException } from '../../http/problem.exception.js';
import { sessionOf, userOf, type Caller } from '../../identity/caller.js';
import { RunningAnswers } from '../answering/running-answers.js';

/** The caller's sessions and what was said in them. Another user's do not exist. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly history: HistoryStore,
    private readonly running: RunningAnswers,
  ) {}

  /** Latest change first. */
  list(caller: Caller, page: PageQuery): ReturnType<HistoryStore['sessions']> {
    return this.history.sessions(userOf(caller), page);
  }

  /** The messages of a session, oldest first; none where there is no such session. */
  messages(caller: Caller, sessionId: string, page: MessagesQuery): ReturnType<HistoryStore['messages']> {
    return this.history.messages(sessionOf(caller, sessionId), page);
  }

  /** Newest first. */
  search(caller: Caller, query: SearchQuery): ReturnType<HistoryStore['search']> {
    return this.history.search(userOf(caller), query);
  }

  /** @throws ProblemException 404 where there is no such session */
  async rename(caller: Caller, sessionId: string, title: string): Promise<void> {
    if (!(await this.history.renameSession(sessionOf(caller, sessionId), title))) throw notFound();
  }

  /**
   * Deletes a session with all its messages, and stops its running answer.
   * @throws ProblemException 404 where there is no such session
   */
  async remove(caller: Caller, sessionId: string): Promise<void> {
    const session = sessionOf(caller, sessionId);
    this.running.inSession(session)?.stop('stopped');
    if (!(await this.history.deleteSession(session))) throw notFound();
  }
}

function notFound(): ProblemException {
  return new ProblemException({ status: 404, code: 'not_found', detail: 'There is no such session of this user.' });
}
