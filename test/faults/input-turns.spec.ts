import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type RunningApp } from '../support/app.js';
import { asked, begin, post, problemOf } from '../support/chat-api.js';
import { freshSession } from '../support/conversations.js';
import { expectProblem } from '../support/expect-problem.js';
import { page, turn } from '../support/turns.js';

let service: RunningApp;
beforeAll(async () => (service = await startApp()));
afterAll(() => service.close());

const A = 'AAAAAAAAAAAAAAAAAAAAAAAA';
const TARGETS = ['regenerate', 'continue_from', 'replaces'] as const;

describe.each(['/rr-chat/stream', '/rr-chat'])('what POST %s asks', (path) => {
  async function refused(body: Record<string, unknown>, status: number, code: string): Promise<string[]> {
    const before = asked(service);
    const answer = await post(service.url, path, body);
    expectProblem(answer, status, code);
    expect(asked(service)).toBe(before);
    return (problemOf(answer).errors ?? []).map((error) => error.path);
  }

  it.each([
    [{}, ['message']],
    [{ replaces: A }, ['message', 'replaces']],
    [{ message: 'Hi', regenerate: A }, ['regenerate']],
    [{ message: 'Hi', continue_from: A }, ['continue_from']],
    [{ regenerate: A, continue_from: A }, ['continue_from', 'regenerate']],
    [{ regenerate: A, replaces: A }, ['regenerate', 'replaces']],
    [{ continue_from: A, replaces: A }, ['continue_from', 'replaces']],
    [{ message: 'Hi', replaces: A, regenerate: A }, ['regenerate']],
    [{ message: null, regenerate: null }, ['message']],
    [{ message: 7, regenerate: A }, ['message', 'regenerate']],
    [{ message: ' ', replaces: null }, ['message']],
  ])('has to be one thing, which %j is not', async (fields, paths) => {
    expect((await refused({ ...freshSession(), ...fields }, 400, 'invalid_request')).sort()).toEqual(paths);
  });

  it.each(TARGETS)('has to name a message by its id in %s', async (field) => {
    const message = field === 'replaces' ? { message: 'Hi' } : {};
    for (const id of [7, true, [], {}, '', 'a b', 'x'.repeat(129), 'ä', '__proto__']) {
      const paths = await refused(
        { ...freshSession(), ...message, [field]: id },
        id === '__proto__' ? 404 : 400,
        id === '__proto__' ? 'not_found' : 'invalid_request',
      );
      if (id !== '__proto__') expect(paths).toContain(field);
    }
  });

  it('may name only a message of this session, of this user, and of the right role', async () => {
    const session = freshSession();
    const answer = await turn(service.url, session, { message: 'echo: hi' });
    const [question] = await page(service.url, session);
    const others = [{ user_id: 'someone-else' }, { session_id: 'another' }];
    for (const other of others) {
      await refused({ ...session, ...other, regenerate: answer }, 404, 'not_found');
      await refused({ ...session, ...other, continue_from: answer }, 404, 'not_found');
      await refused({ ...session, ...other, message: 'Hi', replaces: question?.id }, 404, 'not_found');
    }
    await refused({ ...session, regenerate: question?.id }, 404, 'not_found');
    await refused({ ...session, continue_from: question?.id }, 404, 'not_found');
    await refused({ ...session, message: 'Hi', replaces: answer }, 404, 'not_found');
    await refused({ ...session, regenerate: A }, 404, 'not_found');
    expect(await page(service.url, session)).toHaveLength(2);
  });

  it('is refused with 409 where another version has taken the place of the message', async () => {
    const session = freshSession();
    const answer = await turn(service.url, session, { message: 'echo: hi' });
    const [question] = await page(service.url, session);
    await turn(service.url, session, { message: 'echo: hello', replaces: question?.id });
    for (const fields of [{ regenerate: answer }, { continue_from: answer }, { message: 'Hi', replaces: question?.id }])
      await refused({ ...session, ...fields }, 409, 'conflict');
  });

  it('waits for the answer that runs in the session, as any question does', async () => {
    const session = freshSession();
    const whole = await turn(service.url, session, { message: 'echo: hi' });
    const [question] = await page(service.url, session);
    await service.simulator.mistral.fault({ kind: 'stall', afterTokens: 2, match: 'count' });
    const body = { ...session, message: 'count to 9', provider: 'mistral', on_disconnect: 'finish' };
    const running = await begin(service.url, body);
    await running.until('delta');
    const targets = [{ regenerate: running.id }, { continue_from: running.id }, { regenerate: whole }];
    for (const fields of [...targets, { message: 'Hi', replaces: question?.id }]) {
      await refused({ ...session, ...fields }, 409, 'answer_running');
    }
    // What can't be asked anyway stops nothing.
    for (const fields of [{ regenerate: A }, { continue_from: question?.id }, { message: 'Hi', replaces: A }]) {
      await refused({ ...session, ...fields, supersede: true }, 404, 'not_found');
    }
    await refused({ ...session, continue_from: whole, supersede: true }, 400, 'invalid_request');
    expect((await page(service.url, session)).at(-1)).toMatchObject({ id: running.id, status: 'streaming' });
    await service.simulator.clear();
    await turn(service.url, session, { message: 'echo: done', supersede: true });
  });
});
