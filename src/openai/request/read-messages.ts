import type { ToolCall } from '../../providers/completion.js';
import type { AskedMessage } from './asked-completion.js';
import type { FieldReader } from './field-reader.js';
import { readContent, readText, type Content } from './read-content.js';
import { MAX_TOOLS, readFunctionName, requireFunction } from './read-tools.js';
import { requireAnsweredCalls } from './tool-links.js';

const MAX_MESSAGES = 2_000;
const MAX_ID_CHARS = 256;
/** Fields of assistants' messages elsewhere, which clients send back unchanged. */
const OF_ASSISTANTS = ['refusal', 'annotations', 'reasoning', 'reasoning_content', 'reasoning_details', 'audio'];

/** Reads the conversation. Names of participants are left out: most providers refuse them. */
export function readMessages(body: FieldReader): AskedMessage[] {
  const entries = body.readers('messages', MAX_MESSAGES);
  if (entries === undefined || entries.length === 0) throw body.invalid('messages', 'must hold at least one message.');
  const messages = entries.map(readMessage);
  requireAnsweredCalls(messages);
  return messages;
}

function readMessage(message: FieldReader): AskedMessage {
  const role = message.requiredString('role');
  switch (role) {
    case 'system':
    case 'developer':
      message.only('role', 'content', 'name');
      return { role: 'system', ...fieldsOf(requiredText(message)) };
    case 'user':
      return readUser(message);
    case 'assistant':
      return readAssistant(message);
    case 'tool':
      message.only('role', 'content', 'tool_call_id', 'name');
      return { role, ...fieldsOf(requiredText(message)), toolCallId: readId(message, 'tool_call_id') };
    case 'function':
      throw message.invalid('role', 'must not be "function", which is deprecated: use "tool" with `tool_call_id`.');
    default:
      throw message.invalid('role', 'must be "system", "developer", "user", "assistant" or "tool".');
  }
}

function readUser(message: FieldReader): AskedMessage {
  message.only('role', 'content', 'name');
  const content = readContent(message);
  return { role: 'user', ...fieldsOf(content), ...(content.parts && { parts: content.parts }) };
}

function readAssistant(message: FieldReader): AskedMessage {
  message.only('role', 'content', 'name', 'tool_calls', 'function_call', ...OF_ASSISTANTS);
  for (const name of ['audio', 'function_call'])
    if (message.value(name) !== undefined) throw message.invalid(name, 'is not supported here.');
  const toolCalls = message.readers('tool_calls', MAX_TOOLS)?.map(readToolCall) ?? [];
  const content = readText(message, ['text', 'refusal']) ?? readRefusal(message);
  if (content === undefined && toolCalls.length === 0) throw message.invalid('content', 'or `tool_calls` is needed.');
  const reasoning = message.string('reasoning_content') ?? message.string('reasoning');
  return {
    role: 'assistant',
    ...fieldsOf(content ?? { text: '' }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

/** A refusal is what the assistant said. */
function readRefusal(message: FieldReader): Content | undefined {
  const text = message.string('refusal');
  return text === undefined ? undefined : { text };
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

function requiredText(message: FieldReader): Content {
  const content = readText(message);
  if (content === undefined) throw message.invalid('content', 'is needed.');
  return content;
}

function fieldsOf({ text, textParts }: Content): Pick<AskedMessage, 'content' | 'textParts'> {
  return { content: text, ...(textParts && { textParts }) };
}
