import { describe, expect, it } from '@jest/globals';
import { readFinish } from '../../../../../src/providers/dialects/reading/finish-reason.js';

describe('a finish reason', () => {
  it.each([
    ['stop', ['stop', 'STOP', 'end', 'end_turn', 'eos', 'stop_sequence', 'COMPLETE', ' stop ']],
    [
      'length',
      ['length', 'MAX_TOKENS', 'maxTokens', 'max-tokens', 'FinishReason.MAX_TOKENS', 'finish_reason_max_tokens'],
    ],
    ['length', ['model_length', 'max_output_tokens', 'model_context_window_exceeded']],
    ['content_filter', ['content_filter', 'content-filter', 'sensitive', 'SAFETY', 'RECITATION', 'PROHIBITED_CONTENT']],
    ['content_filter', ['BLOCKLIST', 'SPII', 'refusal', 'guardrail_intervened']],
    ['tool_calls', ['tool_calls', 'tool-calls', 'function_call', 'tool_use', 'TOOL_CALL']],
    ['broken-off', ['error', 'abort', 'ABORT', 'network_error', 'engine_error', 'insufficient_system_resource']],
    ['broken-off', ['MALFORMED_FUNCTION_CALL', 'malformed_tool_call', 'UNEXPECTED_TOOL_CALL', 'malformedFunctionCall']],
    ['unknown', ['tidal_lock', '潮', 'x'.repeat(1_000_000), 'constructor', '__proto__']],
    [undefined, ['', ' ', 'null', 'None', null, undefined, 0, false, {}, ['stop']]],
  ])('means %s in every spelling', (meaning, words) => {
    expect(words.map((word) => readFinish(word))).toEqual(words.map(() => meaning));
  });
});
