import type { ErrorEnvelope } from './error-envelope.js';

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

const NAME = new RegExp(`^(${Object.keys(FIELDS).join('|')})\\b`);
/** In a sentence a name counts where it is marked as one: `tools` and `stop` are words, too. */
const MARKED = new RegExp(`['"\`](${Object.keys(FIELDS).join('|')})\\b`);

/** Which of the caller's fields an error speaks of, by its name in OpenAI's API; undefined where it names none. */
export function refusedField({ places, message }: ErrorEnvelope): string | undefined {
  const place = places.map((candidate) => NAME.exec(candidate)?.[1]).find((name) => name !== undefined);
  const name = place ?? MARKED.exec(message)?.[1];
  return name === undefined ? undefined : FIELDS[name];
}
