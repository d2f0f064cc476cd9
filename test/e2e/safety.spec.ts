import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, history, post, sessions } from '../support/chat-api.js';
import { expectProblem } from '../support/expect-problem.js';

const VALID = { user_id: 'ada', session_id: 'input' };

let service: RunningApp;
beforeAll(async () => (service = await startApp({ BLOCKED_TERMS: 'Straße,forbidden fruit' })));
afterAll(() => service.close());

describe.each(['/rr-chat/stream', '/rr-chat'])('a message to POST %s', (path) => {
  it.each([
    ['blank', '', 400, 'invalid_request'],
    ['white space', ' \t\r\n\u00a0\u3000', 400, 'invalid_request'],
    ['nothing that can be seen', '\u200b\u2060\ufeff\u00ad\u3164', 400, 'invalid_request'],
    ['32,001 characters', 'a'.repeat(32_001), 413, 'message_too_long'],
    ['32,001 emoji', '👋'.repeat(32_001), 413, 'message_too_long'],
    ['a million characters', 'a'.repeat(1_000_000), 413, 'message_too_long'],
    ['a blocked term', 'Where is the STRASSE?', 422, 'content_rejected'],
    ['a blocked term in full width', 'ｆｏｒｂｉｄｄｅｎ fruit', 422, 'content_rejected'],
    ['a control character', 'a\u0000b', 400, 'invalid_request'],
  ])(
    'is refused where the message is or holds %s: nobody is asked, nothing is stored',
    async (_what, message, status, code) => {
      const before = asked(service);
      expectProblem(await post(service.url, path, { ...VALID, user_id: 'refused', message }), status, code);
      expect(asked(service)).toBe(before);
      expect(await sessions(service.url, 'refused')).toEqual({ sessions: [], has_more: false });
      expect((await history(service.url, 'refused', 'input')).history).toEqual([]);
    },
  );

  it('may hold a message of 32,000 characters of any script', async () => {
    for (const text of ['👋', '漢', 'a']) {
      const body = { user_id: 'long', session_id: `s${path.length}`, message: text.repeat(32_000) };
      const answer = await post(service.url, path, body);
      expect(answer.status).toBe(200);
    }
  });
});

describe('a blocked term anywhere in a request', () => {
  const QUESTION = { role: 'user', content: 'echo: go' };
  const TERM = 'forbidden fruit';
  const LONG = `${'x'.repeat(100_000)} FORBIDDEN\u00ad FRUIT ${'y'.repeat(50_000)}`;
  const parameters = { type: 'object', properties: { kind: { enum: ['a', TERM] } } };
  const withCall = (given: string, result: string) => [
    QUESTION,
    {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'tide', arguments: given } }],
    },
    { role: 'tool', tool_call_id: 'a', content: result },
  ];
  const texts = (...parts: string[]) => parts.map((text) => ({ type: 'text', text }));
  const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const IMAGE_OF_THE_TERM = { type: 'image_url', image_url: { url: 'https://example.com/Stra%C3%9Fe.png' } };
  const tool = (more: object) => ({ tools: [{ type: 'function', function: { name: 'tide', ...more } }] });
  const schema = { type: 'json_schema', json_schema: { name: 'x', schema: { description: TERM } } };

  it.each([
    ['the system prompt', { message: 'go', system_prompt: TERM }],
    ['a long system prompt', { message: 'go', system_prompt: LONG }],
  ])('is refused by the chat in %s', async (_where, body) => {
    for (const path of ['/rr-chat', '/rr-chat/stream']) {
      const before = asked(service);
      const refused = await post(service.url, path, { user_id: 'texts', session_id: 'texts', ...body });
      expectProblem(refused, 422, 'content_rejected');
      expect(asked(service)).toBe(before);
    }
  });

  it('is refused by the chat beside `regenerate` and `replaces`', async () => {
    const session = { user_id: 'texts', session_id: 'again' };
    await post(service.url, '/rr-chat', { ...session, message: 'echo: one' });
    const [question, answer] = (await history(service.url, 'texts', 'again')).history;
    const before = asked(service);
    const ways = [{ regenerate: answer?.id }, { replaces: question?.id, message: 'echo: two' }];
    for (const way of ways) {
      const refused = await post(service.url, '/rr-chat', { ...session, ...way, system_prompt: TERM });
      expectProblem(refused, 422, 'content_rejected');
    }
    expect(asked(service)).toBe(before);
  });

  it.each<[string, object]>([
    ['a system message', { messages: [{ role: 'system', content: LONG }, QUESTION] }],
    [
      'an earlier message',
      { messages: [{ ...QUESTION, content: TERM }, { role: 'assistant', content: 'ok' }, QUESTION] },
    ],
    ['an answer', { messages: [QUESTION, { role: 'assistant', content: TERM }, QUESTION] }],
    ['the beginning of an answer', { messages: [QUESTION, { role: 'assistant', content: TERM }] }],
    ['the arguments of a call', { messages: withCall(`{"at":"${TERM}"}`, '1') }],
    ['the result of a call', { messages: withCall('{}', TERM) }],
    ['the description of a tool', { messages: [QUESTION], ...tool({ description: TERM }) }],
    ['the parameters of a tool', { messages: [QUESTION], ...tool({ parameters }) }],
    ['the schema of the reply', { messages: [QUESTION], response_format: schema }],
    ['a stop word', { messages: [QUESTION], stop: [TERM] }],
    ['two parts of a message', { messages: [{ role: 'user', content: texts('forbid', 'den fruit') }] }],
    ['two parts, the cut between its words', { messages: [{ role: 'user', content: texts('forbidden', 'fruit') }] }],
    [
      'two parts of a system message',
      { messages: [{ role: 'system', content: texts('a for', 'bidden', ' fruit') }, QUESTION] },
    ],
    [
      'two parts of the beginning of an answer',
      { messages: [QUESTION, { role: 'assistant', content: texts('for', 'bidden fruit') }] },
    ],
    [
      'parts around an image',
      { messages: [{ role: 'user', content: [...texts('forb'), IMAGE, ...texts('idden fruit')] }] },
    ],
    [
      'parts of two messages, one with an image',
      {
        messages: [
          { role: 'user', content: [IMAGE, ...texts('for')] },
          { role: 'user', content: 'bidden fruit' },
        ],
      },
    ],
    [
      'two messages that are sent as one',
      {
        messages: [
          { role: 'user', content: 'forbidden' },
          { role: 'assistant', content: '' },
          { role: 'user', content: 'fruit' },
        ],
      },
    ],
    ['several blanks', { messages: [{ role: 'user', content: 'forbidden \u00a0\t fruit' }] }],
    ['two lines', { messages: [{ role: 'user', content: 'forbidden\r\nfruit' }] }],
    ['invisible characters', { messages: [{ role: 'user', content: 'for\u200bbid\u00adden\u0000 fru\u2060it' }] }],
    ['escaped arguments of a call', { messages: withCall('{"at":"\\u0066orbidden\\nfruit"}', '1') }],
    ['the escaped result of a call', { messages: withCall('{}', '{"a":"forbi\\u0064den fruit"}') }],
    ['the address of an image', { messages: [{ role: 'user', content: [IMAGE_OF_THE_TERM] }] }],
  ])('is refused at /v1 in %s', async (_where, body) => {
    const before = asked(service);
    const refused = await post(service.url, '/v1/chat/completions', { model: 'rondo', ...body });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('content_rejected')]);
    expect(refused.text).not.toContain(TERM);
    expect(asked(service)).toBe(before);
  });

  it.each<[string, object]>([
    [
      'two messages of two speakers',
      {
        messages: [
          { role: 'user', content: 'echo: forbidden' },
          { role: 'assistant', content: 'fruit' },
          { role: 'user', content: 'echo: it' },
        ],
      },
    ],
    ['two lines that a part holds', { messages: [{ role: 'user', content: texts('echo: for\nbidden fruit', 'yes') }] }],
    ['two results of tools', { messages: [...withCall('{}', 'forbidden'), ...withCall('{}', 'fruit')] }],
    ['two stop words', { messages: [QUESTION], stop: ['forbidden', 'fruit'] }],
    ['two values of a schema', { messages: [QUESTION], ...tool({ parameters: { enum: ['forbidden', 'fruit'] } }) }],
  ])('is not seen at /v1 where nobody reads it: in %s', async (_where, body) => {
    const answer = await post(service.url, '/v1/chat/completions', { model: 'mistral', ...body });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  });

  it('does not count towards the size of the question', async () => {
    const messages = [{ role: 'system', content: 'x'.repeat(40_000) }, QUESTION];
    expect((await post(service.url, '/v1/chat/completions', { model: 'rondo', messages })).status).toBe(200);
    const body = {
      user_id: 'texts',
      session_id: 'long-prompt',
      message: 'echo: go',
      system_prompt: 'x'.repeat(40_000),
    };
    expect((await post(service.url, '/rr-chat', body)).status).toBe(200);
  });
});
