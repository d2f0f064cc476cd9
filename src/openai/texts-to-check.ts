import type { SafetyInput, SafetyText } from '../chat/safety/safety-check.js';
import type { ChatMessage } from '../providers/completion.js';
import type { CompletionOptions } from '../providers/completion-options.js';
import { isImagesOnly, newMessages } from './question.js';
import type { AskedCompletion } from './request/asked-completion.js';

/** What safety checks are to see of a request: all text in it that a provider reads as text. */
export function textsOf(asked: AskedCompletion): Pick<SafetyInput, 'questions' | 'texts'> {
  const asking = newMessages(asked.messages).filter((message) => !isImagesOnly(message));
  const partial = asked.partial === undefined ? [] : [textOf('assistant', asked.partial)];
  return {
    questions: asking.map(({ content }) => content.toWellFormed()),
    texts: [...asked.messages.flatMap(textsOfMessage), ...partial, ...textsOfOptions(asked.options)],
  };
}

function textsOfMessage(message: ChatMessage): SafetyText[] {
  const own = textOf(message.role, message.content);
  if (message.role !== 'assistant') return [own];
  const { reasoning, toolCalls = [] } = message;
  return [
    ...(reasoning === undefined ? [] : [textOf('assistant', reasoning)]),
    own,
    ...toolCalls.map((call) => textOf('assistant', `${call.name}\n${call.arguments}`)),
  ];
}

/** What a model is told of tools and of the form of its reply. */
function textsOfOptions({ tools = [], responseFormat, stop = [] }: CompletionOptions): SafetyText[] {
  const format = responseFormat?.type === 'json_schema' ? [responseFormat] : [];
  const described = [...tools, ...format].map(({ name, description }) => [name, description ?? '']);
  const schemas = [...tools.map(({ parameters }) => parameters), ...format.map(({ schema }) => schema)];
  return [...described, ...schemas.map((schema) => stringsIn(schema)), stop].map((strings) =>
    textOf('option', strings.join('\n')),
  );
}

/** All names and strings in a value of JSON, in their order. How deep a body may be is bounded. */
function stringsIn(value: unknown, strings: string[] = []): string[] {
  if (typeof value === 'string') {
    strings.push(value);
  } else if (Array.isArray(value)) {
    for (const item of value) stringsIn(item, strings);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      strings.push(name);
      stringsIn(field, strings);
    }
  }
  return strings;
}

function textOf(role: SafetyText['role'], text: string): SafetyText {
  return { role, text: text.toWellFormed() };
}
