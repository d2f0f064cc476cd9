import type { ChatMessage } from '../../providers/completion.js';
import { invalidField } from './field-reader.js';

/** Requires exactly one result after each tool call, as every provider does, with a clearer error. */
export function requireAnsweredCalls(messages: readonly ChatMessage[]): void {
  let open = new Set<string>();
  let caller = 0;
  messages.forEach((message, index) => {
    if (message.role === 'tool') {
      if (open.delete(message.toolCallId)) return;
      throw invalidField(`messages[${index}].tool_call_id`, 'answers no tool call of the assistant message before it.');
    }
    requireNone(open, caller);
    const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
    open = new Set(calls.map(({ id }) => id));
    caller = index;
    if (open.size < calls.length) throw invalidField(`messages[${index}].tool_calls`, 'must have ids of their own.');
  });
  requireNone(open, caller);
}

function requireNone(open: ReadonlySet<string>, caller: number): void {
  if (open.size === 0) return;
  throw invalidField(
    `messages[${caller}].tool_calls`,
    'must each be followed by a message of role "tool" with its `tool_call_id`.',
  );
}
