import type { ErrorEnvelope } from './error-envelope.js';
import { sentenceOf } from './own-words.js';

/** Fields that a caller may send, by the names that providers have for them; the value is OpenAI's name. */
const FIELDS: Readonly<Record<string, string>> = {
  tools: 'tools',
  tool_choice: 'tool_choice',
  parallel_tool_calls: 'parallel_tool_calls',
  response_format: 'response_format',
  json_schema: 'response_format',
  stop: 'stop',
  seed: 'seed',
  random_seed: 'seed',
  top_p: 'top_p',
  presence_penalty: 'presence_penalty',
  frequency_penalty: 'frequency_penalty',
  reasoning_effort: 'reasoning_effort',
  temperature: 'temperature',
  max_tokens: 'max_tokens',
  max_completion_tokens: 'max_tokens',
  image_url: 'messages',
  messages: 'messages',
};

const NAMES = Object.keys(FIELDS).join('|');
const PATH = new RegExp(`^(${NAMES})\\b`);
/** At the start of a sentence a name counts where it is marked as one: `tools` and `stop` are also words. */
const MARKED = new RegExp(`^[^'"\`{}[\\]<>\\n]{0,120}['"\`](${NAMES})\\b`);
/** … or where it leads a path: `messages[0]: …`, at the very start or after a heading. */
const LEADING = new RegExp(`^(?:[\\w ]{1,120}: )?(${NAMES})(?=[.[])`);
const INVALID = new RegExp(`^invalid (${NAMES})\\b`, 'i');

/** Which of the caller's fields an error names, by its name in OpenAI's API; undefined where it names none. */
export function refusedField({ fields, messages }: ErrorEnvelope): string | undefined {
  const named = fields.map(({ path }) => PATH.exec(path)?.[1]).find((name) => name !== undefined);
  const name = named ?? messages.map(namedIn).find((found) => found !== undefined);
  return name === undefined ? undefined : FIELDS[name];
}

function namedIn(message: string): string | undefined {
  const sentence = sentenceOf(message);
  const found = [LEADING, MARKED].map((pattern) => pattern.exec(sentence)?.[1]).find((name) => name !== undefined);
  // `Invalid temperature: …` has no heading to remove.
  return found ?? INVALID.exec(message)?.[1]?.toLowerCase();
}
