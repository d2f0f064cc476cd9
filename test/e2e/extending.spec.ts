import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Type } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import type { RunningApp, startApp } from '../support/app.js';
import { freshSession } from '../support/conversations.js';
import { allEvents, ask, joined, only } from '../support/events.js';
import { extendedBy, type ExtendedSource } from '../support/guide.js';
import type { accessOfRoutes } from '../support/controller-routes.js';

const TSC = path.resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

describe('the examples of docs/extending.md', () => {
  let source: ExtendedSource;
  let harbour: Simulator;
  let service: RunningApp;
  const imported = async <T>(file: string): Promise<T> => (await import(path.join(source.path, file))) as T;
  beforeAll(async () => {
    source = extendedBy('docs/extending.md');
    harbour = await startSimulator({ pace: 'instant', models: 'any' });
    const { startApp: start } = await imported<{ startApp: typeof startApp }>('test/support/app.ts');
    service = await start({
      ROUTING_POLICY: 'affinity',
      HARBOUR_API_KEY: 'test-key-harbour',
      HARBOUR_BASE_URL: harbour.groq.baseUrl,
    });
  }, 120_000);
  afterEach(() => service.simulator.clear());
  afterAll(async () => {
    await service.close();
    await harbour.close();
    source.remove();
  });

  const answered = async (body: Record<string, unknown>) => allEvents(await ask(service.url, body));
  const authorOf = async (body: Record<string, unknown>) => only(await answered(body), 'provider').provider;

  it('compile with the settings of the project', () => {
    const compiler = spawnSync(process.execPath, [TSC, '-p', source.project, '--noEmit'], { encoding: 'utf8' });
    expect(compiler.stdout).toBe('');
    expect(compiler.status).toBe(0);
  }, 120_000);

  it('add a provider that answers, and is asked in its own format', async () => {
    const list = await answered({ ...freshSession(), message: 'echo: ahoy', provider: 'harbour' });
    expect(joined(list)).toBe('ahoy');
    const body = harbour.groq.requests().at(-1)?.body as Record<string, unknown>;
    expect(body).toMatchObject({ model: 'harbour-large', max_completion_tokens: expect.any(Number) });
    expect(body).not.toHaveProperty('seed');
  });

  it('add a policy that keeps each user at one provider', async () => {
    const user = freshSession().user_id;
    const sessions = ['a', 'b', 'c', 'd'].map((session_id) => ({ user_id: user, session_id }));
    const authors = new Set<string>();
    for (const session of sessions) authors.add(await authorOf(session));
    expect(authors.size).toBe(1);
    const others = new Set<string>();
    for (let n = 0; n < 12; n++) others.add(await authorOf(freshSession()));
    expect(others.size).toBeGreaterThan(1);
  });

  it('add a check that refuses a question, before any provider sees it', async () => {
    const refused = await ask(service.url, { ...freshSession(), message: 'What is http://example.org?' });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: 'content_rejected', detail: 'Please ask without a link.' });
    expect(
      service.simulator.all.flatMap((provider) => provider.requests()).map(({ question }) => question),
    ).not.toContain('What is http://example.org?');
  });

  it('add an observer that hears of every answer', async () => {
    const { TallyObserver } = await imported<{ TallyObserver: Type<{ of(provider: string): number }> }>(
      'src/chat/answering/tally.observer.ts',
    );
    const tally = service.app.get(TallyObserver);
    const before = tally.of('harbour');
    await answered({ ...freshSession(), provider: 'harbour' });
    expect(tally.of('harbour')).toBe(before + 1);
  });

  it('add a route that says whom it is for, and answers each caller of his own', async () => {
    const session = freshSession();
    await answered(session);
    const latest = (user: string) => fetch(`${service.url}/sessions/latest?user_id=${user}`);
    expect(await (await latest(session.user_id)).json()).toMatchObject({ session_id: session.session_id });
    expect((await latest('nobody')).status).toBe(404);
    const { accessOfRoutes: routes } = await imported<{ accessOfRoutes: typeof accessOfRoutes }>(
      'test/support/controller-routes.ts',
    );
    expect(routes(service.app)).toMatchObject({ 'GET /sessions/latest': 'chat, query user_id' });
  });
});
