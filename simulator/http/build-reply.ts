import { randomUUID } from 'node:crypto';
import { echoed, instructed, wholeAnswer } from '../answers/continuation.js';
import { hash } from '../answers/hash.js';
import { messagesOf } from '../answers/conversation.js';
import { jsonAnswer, untilStop } from '../answers/json-mode.js';
import { callsFor, saidBeforeCalls } from '../answers/tool-calls.js';
import { countTokens, splitSurrogatePairs, tokenize } from '../answers/tokenize.js';
import { reasoningFor } from '../content/reasoning.js';
import type { Turn } from '../answers/conversation.js';
import type { Dialect, JsonObject, Reply } from '../dialects/dialect.js';
import type { ModifierFault } from '../faults/fault-spec.js';
import type { ProviderSettings } from '../settings.js';

const TOKENS_PER_MESSAGE = 4;
const DEFAULT_EXTRA_AT = 3;

/** Decides what a provider says to a request: text, reasoning, finish reason and usage. */
export function buildReply(
  dialect: Dialect,
  settings: ProviderSettings,
  body: JsonObject,
  turn: Turn,
  modifiers: readonly ModifierFault[],
): Reply {
  const thinking =
    settings.reasoning === 'auto' ? dialect.thinking(body) : settings.reasoning === 'never' ? 'none' : 'separate';
  const thoughts = thinking === 'none' ? '' : reasoningFor(turn.question);
  const calls = turn.continuation === 'none' ? callsFor(body, turn.question) : [];
  const said = calls.length > 0 ? saidBeforeCalls(turn.question) : spokenText(dialect, settings, turn, body);
  const inline = thinking === 'inline' ? `<think>\n${thoughts}\n</think>\n\n` : '';
  const tokens = withExtras(tokenize(inline + said), modifiers);

  const limit = dialect.maxTokens(body) ?? Number.POSITIVE_INFINITY;
  const reasoning = (thinking === 'separate' ? tokenize(thoughts) : []).slice(0, limit);
  const text = tokens.slice(0, limit - reasoning.length);
  const inCalls = calls.reduce((sum, call) => sum + countTokens(call.arguments), 0);
  const wanted = (thinking === 'separate' ? countTokens(thoughts) : 0) + tokens.length;
  return {
    id: randomUUID(),
    seed: hash(turn.question + turn.partial),
    startedAt: Date.now(),
    model: String(body.model),
    thinks: thinking === 'separate',
    reasoning,
    text: settings.splitSurrogatePairs ? splitSurrogatePairs(text) : text,
    calls: wanted > limit ? [] : calls,
    finish: wanted > limit ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop',
    usage: {
      prompt: promptTokens(body),
      completion: reasoning.length + text.length + inCalls,
      reasoning: reasoning.length,
    },
    includeUsage: includesUsage(body),
  };
}

function spokenText(dialect: Dialect, settings: ProviderSettings, turn: Turn, body: JsonObject): string {
  const whole = wholeAnswer(turn, dialect.name, settings.sameAnswer);
  switch (turn.continuation) {
    case 'none':
      return untilStop(body, jsonAnswer(body, turn.question, whole.text) ?? whole.text);
    case 'prefix':
      return dialect.prefixReply === 'rest' ? whole.rest : echoed(whole, turn.partial, settings.prefixEcho);
    case 'instruction':
      return instructed(whole, turn.partial, settings.instructionMode);
  }
}

function withExtras(tokens: readonly string[], modifiers: readonly ModifierFault[]): string[] {
  const result = [...tokens];
  for (const modifier of modifiers) {
    if (modifier.kind !== 'text') continue;
    const extras = [
      ...(modifier.nul ? ['\u0000'] : []),
      ...(modifier.loneSurrogate ? ['\uD83D'] : []),
      ...(modifier.longLineBytes === undefined ? [] : ['x'.repeat(modifier.longLineBytes)]),
    ];
    result.splice(modifier.afterTokens ?? DEFAULT_EXTRA_AT, 0, ...extras);
  }
  return result;
}

function promptTokens(body: JsonObject): number {
  return messagesOf(body).reduce((sum, message) => sum + countTokens(message.content) + TOKENS_PER_MESSAGE, 3);
}

function includesUsage(body: JsonObject): boolean {
  const options: unknown = body.stream_options;
  return (
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  );
}
