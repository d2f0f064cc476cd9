import { Injectable, Logger } from '@nestjs/common';
import type { ChatCompletionRequest } from '../../providers/completion.js';
import { ProviderTracker } from '../../providers/routing/provider-tracker.js';
import { countableCalls, countableMessages, imageTokens } from '../../providers/tokens/countable-prompt.js';
import { TokenEstimator } from '../../providers/tokens/token-estimator.js';
import { costUsd } from '../../providers/tokens/models.js';
import type { Usage } from '../../wire/answer-event.js';
import type { Answer } from './answer.js';
import type { AttemptRecord } from './attempt-record.js';

/** What an attempt used; undefined where the provider never began to answer. */
export interface AttemptUsage {
  readonly provider: string;
  readonly usage: Usage | undefined;
}

/** What an answer used: the provider's own figures where it gave them, else a local estimate, never mixed up. */
@Injectable()
export class AnswerUsage {
  readonly #logger = new Logger(AnswerUsage.name);

  constructor(
    private readonly tracker: ProviderTracker,
    private readonly estimator: TokenEstimator,
  ) {}

  /** One entry per attempt, in their order. */
  async perAttempt(answer: Answer, request: ChatCompletionRequest): Promise<AttemptUsage[]> {
    return Promise.all(
      answer.attempts.map(async (attempt, index) => ({
        provider: attempt.started.provider,
        usage:
          reported(attempt) ?? (await this.#estimate(answer, attempt, nextToSpeak(answer.attempts, index), request)),
      })),
    );
  }

  async #estimate(
    { log }: Answer,
    { started, textFrom, reasoningFrom, heard, ended }: AttemptRecord,
    next: AttemptRecord | undefined,
    request: ChatCompletionRequest,
  ): Promise<Usage | undefined> {
    const family = this.tracker.find(started.provider)?.provider.tokenFamily(started.model) ?? 'plain';
    // Nobody goes on with a tool call: the last to speak made them all.
    const calls = next === undefined ? countableCalls(log.toolCalls) : '';
    const text = log.reasoning.slice(reasoningFrom, next?.reasoningFrom) + log.text.slice(textFrom, next?.textFrom);
    const said = heard ? text + calls : '';
    // Nothing that readers got: a loser of a race, or one that failed before its first token.
    if (said === '' && ended?.outcome !== 'ok') return undefined;
    const partial = (request.partial ?? '') + log.text.slice(0, textFrom);
    const asked = countableMessages(request);
    const prompt = partial === '' ? asked : [...asked, { role: 'assistant' as const, content: partial }];
    const estimated = Promise.all([
      this.estimator.estimatePrompt(prompt, family),
      this.estimator.estimateCompletion(said, family),
    ]);
    const counts = await estimated.catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'tokens could not be estimated');
    });
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
}

/** Adds up the attempts; accurate only if every one is. Undefined where no provider began to answer. */
export function totalUsage(attempts: readonly AttemptUsage[]): Usage | undefined {
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

/** One of which readers got nothing may stand at the same place as the one that spoke before it. */
function nextToSpeak(attempts: readonly AttemptRecord[], index: number): AttemptRecord | undefined {
  return attempts.slice(index + 1).find(({ heard }) => heard);
}

function reported({ started, ended }: AttemptRecord): Usage | undefined {
  const usage = ended?.usage;
  if (usage === undefined) return undefined;
  const cost = costUsd(started.model, usage);
  return {
    tokens: usage.totalTokens,
    accurate: true,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}
