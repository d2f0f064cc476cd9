import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { HistoryModule } from '../history/history.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { Admissions } from './answering/admissions.js';
import { AnswerFinder } from './reading/answer-finder.js';
import { AnswerOpening } from './answering/answer-opening.js';
import { observersProviders } from './answering/answer-observers.js';
import { AnswerRunner } from './answering/answer-run.js';
import { AnswerUsage } from './answering/answer-usage.js';
import { KeepAlive } from './reading/keep-alive.js';
import { LogShelf } from './reading/log-shelf.js';
import { AnswerSlots } from './answering/answer-slots.js';
import { RunningAnswers } from './answering/running-answers.js';
import { AnswerReaders } from './reading/answer-readers.js';
import { AnswersController } from './reading/answers.controller.js';
import { AskedTurns } from './answering/asked-turns.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';
import { Idempotency } from './answering/idempotency.js';
import { ProvidersController } from './providers.controller.js';
import { Resumes } from './reading/resumes.js';
import { SafetyModule } from './safety/safety.module.js';
import { HistoryController } from './sessions/history.controller.js';
import { SearchController } from './sessions/search.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';

/** How long a reader may take for the end of its answer when the process ends; it can come back for it. */
const LAST_EVENTS_MS = 1_000;

/** Questions, answers and their readers. */
@Module({
  imports: [HistoryModule, LimitsModule, ProvidersModule, SafetyModule],
  controllers: [
    HistoryController,
    SearchController,
    ProvidersController,
    ChatController,
    AnswersController,
    SessionsController,
  ],
  providers: [
    Admissions,
    AnswerFinder,
    AnswerOpening,
    AnswerReaders,
    AnswerRunner,
    AnswerSlots,
    AnswerUsage,
    AskedTurns,
    ChatService,
    KeepAlive,
    Idempotency,
    LogShelf,
    Resumes,
    RunningAnswers,
    ...observersProviders,
    SessionsService,
  ],
  exports: [Admissions, AnswerOpening, AnswerReaders, KeepAlive, Resumes],
})
export class ChatModule implements BeforeApplicationShutdown {
  constructor(
    private readonly running: RunningAnswers,
    private readonly readers: AnswerReaders,
  ) {}

  /**
   * The HTTP server closes only when its streams have ended: whoever closes the application ends its answers. Closing
   * then cuts all connections, and with them what has not been sent.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await this.running.interruptAll();
    await this.readers.served(LAST_EVENTS_MS);
  }
}
