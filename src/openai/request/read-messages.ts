import type { AssistantMessage, ChatMessage, ToolCall } from '../../providers/completion.js';
import type { FieldReader } from './field-reader.js';
import { readContent, readText } from './read-content.js';
import { MAX_TOOLS, readFunctionName, requireFunction } from './read-tools.js';
import { requireAnsweredCalls } from './tool-links.js';

const MAX_MESSAGES = 2_000;
const MAX_ID_CHARS = 256;
/** What assistants' messages hold elsewhere, and clients send back as they got it. */
const OF_ASSISTANTS = ['refusal', 'annotations', 'reasoning', 'reasoning_content', 'reasoning_details', 'audio'];

/** The conversation so far. Names of participants are left out: most providers refuse them. */
export function readMessages(body: FieldReader): ChatMessage[] {
  const entries = body.readers('messages', MAX_MESSAGES);
  if (entries === undefined || entries.length === 0) throw body.invalid('messages', 'must hold at least one message.');
  const messages = entries.map(readMessage);
  requireAnsweredCalls(messages);
  return messages;
}

function readMessage(message: FieldReader): ChatMessage {
  const role = message.requiredString('role');
  switch (role) {
    case 'system':
    case 'developer':
      message.only('role', 'content', 'name');
      return { role: 'system', content: requiredText(message) };
    case 'user':
      return readUser(message);
    case 'assistant':
      return readAssistant(message);
    case 'tool':
      message.only('role', 'content', 'tool_call_id', 'name');
      return { role, content: requiredText(message), toolCallId: readId(message, 'tool_call_id') };
    case 'function':
      throw message.invalid('role', 'must not be "function", which is deprecated: use "tool" with `tool_call_id`.');
    default:
      throw message.invalid('role', 'must be "system", "developer", "user", "assistant" or "tool".');
  }
}

function readUser(message: FieldReader): ChatMessage {
  message.only('role', 'content', 'name');
  const { text, parts } = readContent(message);
  return { role: 'user', content: text, ...(parts === undefined ? {} : { parts }) };
}

function readAssistant(message: FieldReader): AssistantMessage {
  message.only('role', 'content', 'name', 'tool_calls', 'function_call', ...OF_ASSISTANTS);
  for (const name of ['audio', 'function_call'])
    if (message.value(name) !== undefined) throw message.invalid(name, 'is not supported here.');
  const toolCalls = message.readers('tool_calls', MAX_TOOLS)?.map(readToolCall) ?? [];
  // What it refused is what it said.
  const text = readText(message, ['text', 'refusal']) ?? message.string('refusal');
  if (text === undefined && toolCalls.length === 0) throw message.invalid('content', 'or `tool_calls` is needed.');
  const reasoning = message.string('reasoning_content') ?? message.string('reasoning');
  return {
    role: 'assistant',
    content: text ?? '',
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function readToolCall(entry: FieldReader): ToolCall {
  const called = requireFunction(entry);
  const given = called.string('arguments');
  if (given === undefined) throw called.invalid('arguments', 'is needed: JSON as a string.');
  return { id: readId(entry, 'id'), name: readFunctionName(called), arguments: given };
}

function readId(entry: FieldReader, name: string): string {
  const id = entry.requiredString(name);
  if (id.length > MAX_ID_CHARS) throw entry.invalid(name, `must have at most ${MAX_ID_CHARS} characters.`);
  return id;
}

function requiredText(message: FieldReader): string {
  const text = readText(message);
  if (text === undefined) throw message.invalid('content', 'is needed.');
  return text;
}
