import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { HistoryModule } from '../history/history.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { Admissions } from './admissions.js';
import { AnswerFinder } from './answer/answer-finder.js';
import { AnswerGenerator } from './answer/answer-generator.js';
import { AnswerMetrics } from './answer/answer-metrics.js';
import { AnswerRescue } from './answer/answer-rescue.js';
import { AnswerUsage } from './answer/answer-usage.js';
import { KeepAlive } from './answer/keep-alive.js';
import { LogShelf } from './answer/log-shelf.js';
import { Places } from './answer/places.js';
import { RunningAnswers } from './answer/running-answers.js';
import { AnswerReaders } from './answer-readers.js';
import { AnswersController } from './answers.controller.js';
import { AskedTurns } from './asked-turns.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';
import { Idempotency } from './idempotency.js';
import { ProvidersController } from './providers.controller.js';
import { Resumes } from './resumes.js';
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
    AnswerGenerator,
    AnswerMetrics,
    AnswerRescue,
    AnswerReaders,
    AnswerUsage,
    AskedTurns,
    ChatService,
    KeepAlive,
    Idempotency,
    LogShelf,
    Places,
    Resumes,
    RunningAnswers,
    SessionsService,
  ],
  exports: [Admissions, AnswerGenerator, AnswerReaders, KeepAlive, RunningAnswers, SafetyModule],
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
