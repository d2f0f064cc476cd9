import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KNOWN_FIELDS } from '../../../src/openai/request/other-fields.js';
import { startApp, type RunningApp } from '../../support/app.js';
import type { ApiDocument } from '../../support/api-document.js';
import { asked, jsonOf, post } from '../../support/chat-api.js';
import { call } from '../../support/http-app.js';

const TERM = 'forbidden';
const MARK = /TEXT_\w+/g;

/** A field that takes any text has a mark of its own. A field that is new needs a line here. */
const CALL = {
  id: 'TEXT_call_id',
  type: 'function',
  function: { name: 'TEXT_call_name', arguments: '{"TEXT_argument_name":"TEXT_argument"}' },
};
const MESSAGES = [
  { role: 'system', name: 'TEXT_system_author', content: [{ type: 'text', text: 'TEXT_system_part' }] },
  { role: 'developer', name: 'TEXT_developer_author', content: 'TEXT_developer' },
  { role: 'user', name: 'TEXT_user_author', content: 'TEXT_earlier_question' },
  {
    role: 'assistant',
    name: 'TEXT_assistant_author',
    content: [{ type: 'refusal', refusal: 'TEXT_refused_part' }],
    refusal: 'TEXT_refusal_beside_content',
    annotations: [{ note: 'TEXT_annotation' }],
  },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'TEXT_user_part' },
      { type: 'image_url', image_url: { url: 'https://example.com/TEXT_image_address.png' } },
    ],
  },
  { role: 'assistant', refusal: 'TEXT_refusal' },
  { role: 'user', content: 'go' },
  { role: 'assistant', content: 'TEXT_before_calls', reasoning_content: 'TEXT_thinking', tool_calls: [CALL] },
  { role: 'tool', name: 'TEXT_tool_author', tool_call_id: 'TEXT_call_id', content: 'TEXT_result' },
  { role: 'assistant', content: 'done', reasoning: 'TEXT_other_thinking', reasoning_details: ['TEXT_thinking_detail'] },
  { role: 'user', content: 'echo: go' },
  { role: 'assistant', content: 'TEXT_beginning_of_the_answer' },
];
const TOOL = {
  name: 'TEXT_tool_name',
  description: 'TEXT_tool_description',
  parameters: { type: 'object', properties: { TEXT_parameter: { enum: ['TEXT_value'], default: ['TEXT_deep'] } } },
};
const SCHEMA = {
  name: 'TEXT_schema_name',
  description: 'TEXT_schema_description',
  schema: { type: 'object', properties: { TEXT_property: { description: 'TEXT_property_description' } } },
};
/** No more of these two at once: no provider takes both. */
const WITH_TOOLS = {
  tools: [{ type: 'function', function: TOOL }],
  tool_choice: { type: 'function', function: { name: 'TEXT_tool_name' } },
  parallel_tool_calls: true,
};
const WITH_SCHEMA = { response_format: { type: 'json_schema', json_schema: SCHEMA } };
const OTHERS = {
  messages: MESSAGES,
  stop: ['TEXT_stop'],
  user: 'TEXT_user',
  metadata: { TEXT_metadata_name: 'TEXT_metadata' },
  safety_identifier: 'TEXT_safety_identifier',
  prediction: { type: 'content', content: 'TEXT_prediction' },
  prompt_cache_key: 'TEXT_cache_key',
  prompt_cache_options: { a: 'TEXT_cache_option' },
};
/** Take no text: numbers, a few words, or nothing at all. */
const WITHOUT_TEXT = [
  ...['stream', 'stream_options', 'temperature', 'max_tokens', 'max_completion_tokens', 'seed', 'top_p', 'rondo'],
  ...['presence_penalty', 'frequency_penalty', 'reasoning_effort', 'store', 'service_tier', 'prompt_cache_retention'],
  ...['n', 'logprobs', 'top_logprobs', 'logit_bias', 'modalities', 'audio', 'web_search_options', 'moderation'],
  ...['verbosity', 'functions', 'function_call'],
];
const NEVER_SENT = [
  ...['system_author', 'developer_author', 'user_author', 'assistant_author'],
  ...['refusal_beside_content', 'annotation', 'tool_author', 'thinking_detail'],
  ...['user', 'metadata_name', 'metadata', 'safety_identifier', 'prediction', 'cache_key', 'cache_option'],
].map((name) => `TEXT_${name}`);

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ BLOCKED_TERMS: TERM });
});
afterAll(() => service.close());

/** The same with the term in the place of one mark, and harmless words in those of all others. */
function withTerm<T>(body: T, mark: string): T {
  return JSON.parse(JSON.stringify(body).replace(MARK, (found) => (found === mark ? TERM : found.toLowerCase()))) as T;
}

function marksIn(body: unknown): string[] {
  return [...new Set(JSON.stringify(body).match(MARK))];
}

/** The marks in whose places the term is not refused. It must not have reached a provider either. */
async function unseen(path: string, body: object): Promise<string[]> {
  const passed: string[] = [];
  for (const mark of marksIn(body)) {
    const { text } = await post(service.url, path, withTerm(body, mark));
    if (!text.includes('"content_rejected"')) passed.push(mark);
  }
  const sent = service.simulator.all.flatMap((provider) => provider.requests());
  expect(JSON.stringify(sent.map(({ body: got }) => got))).not.toContain(TERM);
  return passed;
}

describe('a blocked term', () => {
  it.each(['groq', 'mistral', 'deepseek'])('reaches %s in no field of a request to /v1', async (provider) => {
    const before = asked(service);
    const body = { ...OTHERS, ...WITH_TOOLS, model: `${provider}/TEXT_model` };
    expect(await unseen('/v1/chat/completions', body)).toEqual(
      NEVER_SENT.filter((mark) => marksIn(body).includes(mark)),
    );
    expect(asked(service) - before).toBeGreaterThanOrEqual(NEVER_SENT.length);
  });

  it('is seen in the form of the reply', async () => {
    const body = { ...OTHERS, ...WITH_SCHEMA, model: 'mistral', messages: [{ role: 'user', content: 'go' }] };
    const notSent = marksIn(body).filter((mark) => NEVER_SENT.includes(mark));
    expect(await unseen('/v1/chat/completions', body)).toEqual(notSent);
  });

  it('was looked for in every field that /v1 knows', () => {
    const tried = ['model', ...Object.keys({ ...OTHERS, ...WITH_TOOLS, ...WITH_SCHEMA })];
    expect([...tried, ...WITHOUT_TEXT].sort()).toEqual([...KNOWN_FIELDS].sort());
  });

  it.each(['/rr-chat', '/rr-chat/stream'])('reaches nobody in any field of a request to %s', async (path) => {
    const asking = { message: 'TEXT_message', system_prompt: 'TEXT_system_prompt' };
    const body = {
      user_id: 'TEXT_user_id',
      session_id: 'TEXT_session_id',
      ...asking,
      provider: 'groq',
      model: 'TEXT_model',
    };
    expect(await unseen(path, body)).toEqual(['TEXT_user_id', 'TEXT_session_id']);
    const document = jsonOf<ApiDocument>(await call(`${service.url}/openapi.json`));
    const withoutText = ['temperature', 'max_tokens', 'on_disconnect', 'supersede'];
    const ids = ['replaces', 'regenerate', 'continue_from'];
    const known = Object.keys(document.components.schemas['ChatRequestDto']?.['properties'] as object);
    expect([...Object.keys(body), ...withoutText, ...ids].sort()).toEqual(known.sort());
  });
});
