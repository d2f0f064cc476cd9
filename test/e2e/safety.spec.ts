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
