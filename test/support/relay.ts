import { NestFactory } from '@nestjs/core';
import type { Simulator } from '../../simulator/provider-simulator.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/environment.js';
import { MetricsModule } from '../../src/metrics/metrics.module.js';
import { AnswerError } from '../../src/providers/answer-error.js';
import type { ChatMessage } from '../../src/providers/completion.js';
import { ProvidersModule } from '../../src/providers/providers.module.js';
import { ProviderTracker } from '../../src/providers/routing/provider-tracker.js';
import type { RelayedAttempt, RelayPart } from '../../src/providers/routing/relay-part.js';
import { Relay } from '../../src/providers/routing/relay.js';
import { simulatedProviders } from './service.js';

/** One attempt, with what was shown when it began. */
export interface ShownAttempt {
  readonly started: RelayedAttempt;
  readonly shownBefore: string;
  ended?: RelayedAttempt;
}

export interface RelayedAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly attempts: readonly ShownAttempt[];
  readonly error?: AnswerError;
}

export interface RunningRelay {
  readonly tracker: ProviderTracker;
  answer(question: string): Promise<RelayedAnswer>;
  /** Forgets what is held against any provider: the next answer begins with the next one in turn. */
  forgive(): void;
  close(): Promise<void>;
}

class Root {}

/** The relay with real dialects over the simulator and nothing around it: thousands of answers in seconds. */
export async function startRelay(simulator: Simulator, env: Record<string, string> = {}): Promise<RunningRelay> {
  const config = loadConfig({ RONDO_ENV_FILE: '', PATIENCE_MS: '0', ...simulatedProviders(simulator), ...env });
  const imports = [ConfigModule.forRoot(config), MetricsModule, ProvidersModule];
  const context = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: false });
  const tracker = context.get(ProviderTracker);
  const relay = context.get(Relay);
  return {
    tracker,
    answer: (question) => relayed(relay, [{ role: 'user', content: question }]),
    forgive: () => {
      for (const { name } of tracker.list()) tracker.succeeded(name, performance.now());
    },
    close: () => context.close(),
  };
}

/** Everything the relay tells of one answer, `shown` growing as an answer's log would. */
export async function relayed(
  relay: Relay,
  messages: readonly ChatMessage[],
  signal: AbortSignal = new AbortController().signal,
): Promise<RelayedAnswer> {
  const shown = { text: '', reasoning: '' };
  const attempts: ShownAttempt[] = [];
  const say = (parts: readonly RelayPart[]): void => {
    for (const part of parts) {
      if (part.type === 'text') shown.text += part.text;
      else if (part.type === 'reasoning') shown.reasoning += part.text;
      else if (part.type === 'attempt-started') attempts.push({ started: part.attempt, shownBefore: shown.text });
      else if (part.type === 'attempt-ended') attempts.at(-1)!.ended = part.attempt;
    }
  };
  try {
    await relay.relay({ request: { messages }, caller: {}, shown, answerId: 'answer', say }, signal);
    return { ...shown, attempts };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return { ...shown, attempts, error };
  }
}
