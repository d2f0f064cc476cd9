import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { ask } from '../support/events.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

describe('a client that knows the first version of the event schema only', () => {
  it('reads data lines until done, and its history from GET /history', async () => {
    const response = await ask(service.url, { session_id: 'old-client', message: 'echo: Grüße, 世界' });
    const answer = { text: '', tokens: 0, accurate: false, provider: '', done: false };
    for (const line of (await response.text()).split('\n')) {
      if (answer.done || !line.startsWith('data: ')) continue;
      const event = JSON.parse(line.slice('data: '.length)) as Record<string, unknown>;
      if (event['type'] === 'delta') answer.text += String(event['content']);
      if (event['type'] === 'provider') answer.provider = String(event['provider']);
      if (event['type'] === 'usage') answer.tokens = Number(event['tokens']);
      if (event['type'] === 'usage') answer.accurate = event['accurate'] === true;
      if (event['type'] === 'done') answer.done = true;
    }
    expect(answer).toEqual({
      text: 'Grüße, 世界',
      tokens: expect.any(Number),
      accurate: true,
      provider: expect.stringMatching(/^(groq|mistral|deepseek)$/),
      done: true,
    });
    const body: unknown = await fetch(`${service.url}/history?user_id=ada&session_id=old-client`).then((r) => r.json());
    const { history: messages } = body as { history: { role: string; content: string }[] };
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'echo: Grüße, 世界'],
      ['assistant', 'Grüße, 世界'],
    ]);
  });
});
