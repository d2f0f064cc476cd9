import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module.js';
import { HistoryModule } from '../history/history.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { CompletionsController } from './completions.controller.js';
import { CompletionsService } from './completions.service.js';
import { ModelNames } from './model-names.js';
import { ModelsController } from './models.controller.js';
import { OpenAiDoor } from './openai-door.js';
import { CompletionReplies, DEFAULT_HEADERS_WAIT_MS, HEADERS_WAIT_MS } from './reply/completion-replies.js';
import { SessionTurns } from './session-turns.js';

/** The OpenAI door: a translator in front of the same answers. */
@Module({
  imports: [ChatModule, HistoryModule, LimitsModule, ProvidersModule],
  controllers: [CompletionsController, ModelsController],
  providers: [
    CompletionReplies,
    CompletionsService,
    ModelNames,
    OpenAiDoor,
    SessionTurns,
    { provide: HEADERS_WAIT_MS, useValue: DEFAULT_HEADERS_WAIT_MS },
  ],
})
export class OpenAiModule {}
