import type { SafetyInput, SafetyText } from '../chat/safety/safety-check.js';
import type { ContentPart } from '../providers/completion.js';
import type { CompletionOptions } from '../providers/completion-options.js';
import { withoutJsonEscapes } from './json-escapes.js';
import { isImagesOnly, newMessages } from './question.js';
import type { AskedCompletion, AskedMessage } from './request/asked-completion.js';

/** Separates strings that nobody reads as one text. */
const APART = ', ';

/**
 * The texts of a request that safety checks see: all that go to a provider.
 * @param model the name that the provider is sent, if the caller gave one
 */
export function textsOf(asked: AskedCompletion, model?: string): Pick<SafetyInput, 'questions' | 'texts'> {
  const asking = newMessages(asked.messages).filter((message) => !isImagesOnly(message));
  return {
    questions: asking.map(({ content }) => content.toWellFormed()),
    texts: [
      ...runsOf(asked.asWritten).flatMap(textsOfRun),
      ...textsOfOptions(asked.options),
      ...(model === undefined ? [] : [textOf('id', model)]),
    ],
  };
}

/**
 * Groups messages that providers are sent as one: neighbours with one role and without tools. Empty messages are left
 * out.
 */
function runsOf(messages: readonly AskedMessage[]): AskedMessage[][] {
  const runs: AskedMessage[][] = [];
  for (const message of messages) {
    if (isEmpty(message)) continue;
    const [first] = runs.at(-1) ?? [];
    if (first?.role === message.role && !isAboutTools(first) && !isAboutTools(message)) runs.at(-1)?.push(message);
    else runs.push([message]);
  }
  return runs;
}

function isAboutTools(message: AskedMessage): boolean {
  return message.role === 'tool' || (message.role === 'assistant' && message.toolCalls !== undefined);
}

function isEmpty(message: AskedMessage): boolean {
  return message.content.trim() === '' && partsOf(message).length === 0 && !isAboutTools(message);
}

function textsOfRun(run: readonly AskedMessage[]): SafetyText[] {
  const role = run[0]?.role ?? 'user';
  const lines = run.map(({ content }) => content).join('\n\n');
  // Some providers join parts without a separator; where there are images, two messages become one list of parts.
  const seamless = run
    .map(({ content, textParts }) => textParts?.join('') ?? content)
    .join(run.some((message) => partsOf(message).length > 0) ? '' : '\n\n');
  const results = role === 'tool' ? [lines, seamless].map(withoutJsonEscapes) : [];
  return [...textsOfReadings(role, [lines, seamless, ...results]), ...run.flatMap(textsBesideContent)];
}

function textsBesideContent(message: AskedMessage): SafetyText[] {
  const images = partsOf(message).flatMap((part) => (part.type === 'image' ? addressIn(part.url) : []));
  if (message.role !== 'assistant') return images.map((address) => textOf(message.role, address));
  const { reasoning, toolCalls = [] } = message;
  return [
    ...(reasoning === undefined ? [] : [textOf('assistant', reasoning)]),
    ...toolCalls.flatMap(({ id, name, arguments: given }) => [
      ...textsOfReadings('assistant', [`${name}\n${given}`, `${name}\n${withoutJsonEscapes(given)}`]),
      textOf('id', id),
    ]),
  ];
}

function partsOf(message: AskedMessage): readonly ContentPart[] {
  return message.role === 'user' ? (message.parts ?? []) : [];
}

/** The address as people write it. Images inside the request have no address and are not checked. */
function addressIn(url: string): string[] {
  if (url.startsWith('data:')) return [];
  try {
    return [decodeURI(url)];
  } catch {
    return [url];
  }
}

/** The texts that describe tools and the form of the reply. */
function textsOfOptions({ tools = [], responseFormat, stop = [] }: CompletionOptions): SafetyText[] {
  const format = responseFormat?.type === 'json_schema' ? [responseFormat] : [];
  const described = [...tools, ...format].map(({ name, description }) => [name, description ?? '']);
  const schemas = [...tools.map(({ parameters }) => parameters), ...format.map(({ schema }) => schema)];
  return [...described, ...schemas.map((schema) => stringsIn(schema)), stop].map((strings) =>
    textOf('option', strings.join(APART)),
  );
}

/** All names, strings and numbers of a JSON value, in order. The depth of bodies is bounded. */
function stringsIn(value: unknown, strings: string[] = []): string[] {
  if (typeof value === 'string' || typeof value === 'number') {
    strings.push(String(value));
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

/** One text in several readings. */
function textsOfReadings(role: SafetyText['role'], readings: readonly string[]): SafetyText[] {
  return [...new Set(readings)].map((text) => textOf(role, text));
}

function textOf(role: SafetyText['role'], text: string): SafetyText {
  return { role, text: text.toWellFormed() };
}
