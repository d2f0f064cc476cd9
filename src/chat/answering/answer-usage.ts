import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatCompletionRequest, ChatMessage } from '../../providers/completion.js';
import { ProviderTracker } from '../../providers/routing/provider-tracker.js';
import { countableCalls, countableMessages, imageTokens } from '../../providers/tokens/countable-prompt.js';
import { roughTokens, TokenEstimator, type TokenFamily } from '../../providers/tokens/token-estimator.js';
import type { Usage } from '../../wire/answer-event.js';
import type { AttemptRecord } from '../../wire/attempt.js';
import type { Answer } from '../answer/answer.js';
import type { AnswerAttempt } from '../answer/answer-attempts.js';

/** `done` waits for the figures, but no longer than this. */
const COUNT_MS = 500;

/** The usage of an answer: what providers reported, else local estimates; the two are never mixed. */
@Injectable()
export class AnswerUsage {
  readonly #logger = new Logger(AnswerUsage.name);

  constructor(
    private readonly tracker: ProviderTracker,
    private readonly estimator: TokenEstimator,
  ) {}

  /** Whether the usage of every attempt is known without {@link count}. */
  isKnown(answer: Answer): boolean {
    return answer.attempts.all.every(
      (attempt, index) => attempt.record.usage !== undefined || saidNothing(attempt, saidIn(answer, index)),
    );
  }

  /** Estimates the usage of attempts where nothing was reported; takes {@link COUNT_MS} at most. */
  async count(answer: Answer, request: ChatCompletionRequest): Promise<void> {
    const estimates = answer.attempts.all.map(async ({ record }, index) => {
      const usage = record.usage ?? (await this.#estimate(answer, index, request));
      if (usage !== undefined) record.usage = usage;
    });
    await Promise.all(estimates);
  }

  async #estimate(answer: Answer, index: number, request: ChatCompletionRequest): Promise<Usage | undefined> {
    const attempt = answer.attempts.all[index]!;
    const said = saidIn(answer, index);
    if (saidNothing(attempt, said)) return undefined;
    const { provider, model, textFrom } = attempt.record;
    const family = this.tracker.find(provider)?.tokenFamily(model) ?? 'plain';
    const partial = (request.partial ?? '') + answer.log.text.slice(0, textFrom);
    const asked = countableMessages(request);
    const prompt = partial === '' ? asked : [...asked, { role: 'assistant' as const, content: partial }];
    const counts = await this.#counts(prompt, said, family);
    if (counts === undefined) return undefined;
    const [textTokens, completionTokens] = counts;
    const promptTokens = textTokens + imageTokens(request);
    return {
      tokens: promptTokens + completionTokens,
      accurate: false,
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
    };
  }

  /** Tokens of prompt and answer; by their length where counting takes too long. */
  async #counts(
    prompt: readonly ChatMessage[],
    said: string,
    family: TokenFamily,
  ): Promise<readonly [number, number] | undefined> {
    const inTime = new AbortController();
    const estimated = Promise.all([
      this.estimator.estimatePrompt(prompt, family),
      this.estimator.estimateCompletion(said, family),
    ]);
    const late = delay(COUNT_MS, undefined, { signal: inTime.signal }).then(
      () => [roughTokens(prompt.map(({ content }) => content).join('\n')), roughTokens(said)] as const,
    );
    try {
      return await Promise.race([estimated, late]);
    } catch (error) {
      this.#logger.warn({ err: error }, 'tokens could not be estimated');
      return undefined;
    } finally {
      inTime.abort();
    }
  }
}

/** Adds up the attempts; accurate only if every one is. Undefined where no provider began to answer. */
export function totalUsage(attempts: readonly AttemptRecord[]): Usage | undefined {
  const usages = attempts.flatMap(({ usage }) => usage ?? []);
  if (usages.length === 0) return undefined;
  const sum = (field: 'tokens' | 'prompt_tokens' | 'completion_tokens') =>
    usages.reduce((total, usage) => total + usage[field], 0);
  const cost = usages.reduce<number | undefined>(
    (total, { cost_usd }) => (total === undefined || cost_usd === undefined ? undefined : total + cost_usd),
    0,
  );
  return {
    tokens: sum('tokens'),
    accurate: usages.every(({ accurate }) => accurate),
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}

/** The text of an attempt that readers got. */
function saidIn({ log, attempts }: Answer, index: number): string {
  const { all } = attempts;
  const attempt = all[index];
  if (attempt?.heard !== true) return '';
  const next = nextToSpeak(all, index);
  // No attempt continues a tool call: the last one that wrote made them all.
  const calls = next === undefined ? countableCalls(log.toolCalls) : '';
  const { textFrom, reasoningFrom } = attempt.record;
  return log.reasoning.slice(reasoningFrom, next?.reasoningFrom) + log.text.slice(textFrom, next?.textFrom) + calls;
}

/** It failed before its first token. */
function saidNothing({ record }: AnswerAttempt, said: string): boolean {
  return said === '' && record.outcome !== 'ok';
}

/** The next attempt that readers got text of: others may start at the same position. */
function nextToSpeak(attempts: readonly AnswerAttempt[], index: number): AttemptRecord | undefined {
  return attempts.slice(index + 1).find(({ heard }) => heard)?.record;
}
