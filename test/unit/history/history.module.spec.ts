import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningAnswers } from '../../../src/chat/answering/running-answers.js';
import { HistoryController } from '../../../src/chat/sessions/history.controller.js';
import { SessionsService } from '../../../src/chat/sessions/sessions.service.js';
import { HistoryModule } from '../../../src/history/history.module.js';
import { HistoryStore } from '../../../src/history/history-store.js';
import { HistoryWriter } from '../../../src/history/history-writer.js';
import { DatabaseStartError } from '../../../src/history/typeorm/sql-dialect.js';
import { killScripts, runScript } from '../../support/child-script.js';
import { ADA, answerEnd, temporaryFolder, turn } from '../../support/history.js';
import { startHttpApp, type HttpApp } from '../../support/http-app.js';

const SESSION = { user_id: 'ada', session_id: 'first' };
const QUERY = 'user_id=ada&session_id=first';

describe('the history over HTTP', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let app: HttpApp;
  let store: HistoryStore;

  const history = {
    imports: [HistoryModule],
    controllers: [HistoryController],
    providers: [SessionsService, RunningAnswers],
  };
  const start = () => startHttpApp(history, { DATABASE_URL: folder.url });

  beforeEach(async () => {
    folder = await temporaryFolder();
    app = await start();
    store = app.nest.get(HistoryStore);
  });

  afterEach(async () => {
    await killScripts();
    await app.close();
    await folder.remove();
  });

  async function talk(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const opening = turn({ question: `q${n}` });
      await store.openTurn(opening);
      await store.append([answerEnd(opening.answerId, `a${n}`)]);
      ids.push(opening.questionId, opening.answerId);
    }
    return ids;
  }

  const get = (query: string) => app.call(`/history?${query}`);
  const post = (json: unknown) => app.call('/history', { method: 'POST', json });
  const idsOf = (body: Record<string, unknown>) => (body['history'] as { id: string }[]).map(({ id }) => id);

  it('answers the same to GET and POST: the latest 50, oldest first', async () => {
    const ids = await talk(30);
    const byGet = await get(QUERY);
    const byPost = await post(SESSION);
    expect([byGet.status, byPost.status]).toEqual([200, 200]);
    expect(idsOf(byGet.json())).toEqual(ids.slice(-50));
    expect(byGet.json()).toMatchObject({ has_more: true });
    expect(byPost.json()).toEqual(byGet.json());
  });

  it('is empty for a session that does not exist', async () => {
    const { status, text } = await get('user_id=nobody&session_id=none');
    expect(status).toBe(200);
    expect(text).toBe('{"history":[],"has_more":false}');
  });

  it('pages back with before and limit', async () => {
    const ids = await talk(5);
    const byGet = (await get(`${QUERY}&before=${ids[6]}&limit=4`)).json();
    expect(idsOf(byGet)).toEqual(ids.slice(2, 6));
    expect(byGet['has_more']).toBe(true);
    const byPost = (await post({ ...SESSION, before: ids[2], limit: 4 })).json();
    expect(idsOf(byPost)).toEqual(ids.slice(0, 2));
    expect(byPost['has_more']).toBe(false);
    expect(idsOf((await get(`user_id=bob&session_id=first&before=${ids[6]}`)).json())).toEqual([]);
  });

  it.each([
    ['', 'user_id'],
    ['user_id=ada', 'session_id'],
    ['user_id=..%2Fada&session_id=first', 'user_id'],
    [`${QUERY}&limit=0`, 'limit'],
    [`${QUERY}&limit=201`, 'limit'],
    [`${QUERY}&limit=ten`, 'limit'],
    [`${QUERY}&before=%27%20OR%201`, 'before'],
    [`${QUERY}&user_id=bob`, 'user_id'],
    [`${QUERY}&colour=red`, 'colour'],
  ])('refuses the query "%s", naming %s', async (query, field) => {
    const { status, json } = await get(query);
    expect(status).toBe(400);
    expect(json()).toMatchObject({
      code: 'invalid_request',
      errors: expect.arrayContaining([expect.objectContaining({ path: field })]),
    });
  });

  it.each([
    [{}, 'user_id'],
    [{ ...SESSION, session_id: 7 }, 'session_id'],
    [{ ...SESSION, session_id: { $ne: 1 } }, 'session_id'],
    [{ ...SESSION, limit: '5' }, 'limit'],
    [{ ...SESSION, limit: 1.5 }, 'limit'],
    [{ ...SESSION, extra: 1 }, 'extra'],
  ])('refuses the body %j, naming %s', async (body, field) => {
    const { status, json } = await post(body);
    expect(status).toBe(400);
    expect(json()).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ path: field })]) });
  });

  it('says so where the database is gone', async () => {
    const { HistoryDatabase } = await import('../../../src/history/typeorm/history-database.js');
    await app.nest.get(HistoryDatabase).close();
    const { status, json } = await get(QUERY);
    expect(status).toBe(503);
    expect(json()).toMatchObject({ code: 'history_unavailable' });
  });

  it('ends the answers of a killed process when the service starts', async () => {
    const child = runScript('history/run-answer.ts', folder.url);
    const answerId = await child.nextLine();
    await child.kill();
    await app.close();
    app = await start();
    expect((await get(QUERY)).json()['history']).toMatchObject([
      {},
      { id: answerId, status: 'interrupted', content: 'Half an ans' },
    ]);
  });

  it('writes what running answers said until the service stopped', async () => {
    const { answerId } = turn();
    await store.openTurn(turn({ answerId }));
    let said: string[] = [];
    app.nest.get(HistoryWriter).opened({
      answerId,
      session: ADA,
      takeText: () => said.splice(0).map((text) => ({ channel: 'text', at: 0, text })),
    });
    said = ['last words'];
    await app.close();
    app = await start();
    store = app.nest.get(HistoryStore);
    expect((await store.messages(ADA, { limit: 5 })).messages[1]).toMatchObject({
      content: 'last words',
      status: 'interrupted',
    });
  });
});

describe('a service whose database cannot be used', () => {
  it('does not start, and says why without a stack', async () => {
    const starting = startHttpApp({ imports: [HistoryModule] }, { DATABASE_URL: 'sqlite:///dev/null/rondo.db' });
    await expect(starting).rejects.toThrow(DatabaseStartError);
  });
});
