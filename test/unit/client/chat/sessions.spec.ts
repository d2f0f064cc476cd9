import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sessions } from '../../../../client/src/chat/sessions.js';
import type { SessionSummary } from '../../../../src/wire/message.js';
import { startHeldReplies, type HeldReplies, type HeldRequest } from '../../../support/held-replies.js';

const session = (id: string, title = id, updated = 1): SessionSummary => ({
  session_id: id,
  title,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: `2026-01-01T00:00:0${String(updated)}Z`,
  message_count: 2,
});
const page = (sessions: SessionSummary[], has_more = false): object => ({ sessions, has_more });

describe('the list of sessions', () => {
  let service: HeldReplies;
  let sessions: Sessions;
  beforeAll(async () => {
    service = await startHeldReplies();
  });
  beforeEach(() => {
    sessions = new Sessions(() => undefined);
  });
  afterAll(() => service.close());

  const titles = (): string[] => sessions.list.value.sessions.map(({ title }) => title);
  const list = (): Promise<HeldRequest> => service.next('GET', '/sessions');
  /** Lists these, of which the service has more. */
  const shown = async (first: SessionSummary[], more: SessionSummary[] = []): Promise<void> => {
    const refreshed = sessions.refresh();
    (await list()).reply(page(first, more.length > 0));
    await refreshed;
    if (more.length === 0) return;
    const loaded = sessions.loadMore();
    (await list()).reply(page(more));
    await loaded;
  };

  it('is never told by a reply that is older than the one it shows', async () => {
    const [first, second] = [sessions.refresh(), sessions.refresh()];
    const [older, newer] = [await list(), await list()];
    newer.reply(page([session('a', 'new')]));
    await second;
    older.reply(page([session('a', 'old'), session('deleted')]));
    await first;
    expect(titles()).toEqual(['new']);
  });

  it('is told by the older reply where there is no newer one', async () => {
    const [first, second] = [sessions.refresh(), sessions.refresh()];
    const [older, newer] = [await list(), await list()];
    newer.reply({}, 503);
    await second;
    older.reply(page([session('a')]));
    await first;
    expect(titles()).toEqual(['a']);
  });

  it('keeps a new title though an older list comes after it, and no newer one comes at all', async () => {
    await shown([session('a', 'old')]);
    const refreshed = sessions.refresh();
    const before = await list();
    const renamed = sessions.rename('a', 'new');
    (await service.next('PATCH', '/sessions/a')).reply(session('a', 'new'));
    (await list()).reply({}, 503);
    await renamed;
    before.reply(page([session('a', 'old')]));
    await refreshed;
    expect(titles()).toEqual(['new']);
  });

  it('does not bring back a session that was deleted while the list was asked for', async () => {
    await shown([session('a'), session('b')]);
    sessions.remove('a', 0);
    const deletion = await service.next('DELETE', '/sessions/a');
    const refreshed = sessions.refresh();
    const before = await list();
    deletion.reply({});
    const after = await list();
    before.reply(page([session('a'), session('b')]));
    await refreshed;
    expect(titles()).toEqual(['b']);
    after.reply({}, 503);
  });

  it('has a rename and a deletion beyond the page that is asked for anew', async () => {
    const many = Array.from({ length: 200 }, (_, i) => session(`new-${String(i)}`));
    await shown(many, [session('x'), session('y'), session('z')]);
    const renamed = sessions.rename('y', 'Y');
    (await service.next('PATCH', '/sessions/y')).reply(session('y', 'Y'));
    (await list()).reply(page(many, true));
    await renamed;
    expect(titles().slice(200)).toEqual(['x', 'Y', 'z']);

    sessions.remove('x', 0);
    (await service.next('DELETE', '/sessions/x')).reply({});
    const refreshed = await list();
    expect(titles().slice(200)).toEqual(['Y', 'z']);
    refreshed.reply(page(many, true));
    const again = sessions.refresh();
    (await list()).reply(page(many, true));
    await again;
    expect(titles().slice(200)).toEqual(['Y', 'z']);
  });

  it('does without a session that was deleted elsewhere, however far down it is', async () => {
    await shown([session('a'), session('b')], [session('c'), session('d')]);
    const refreshed = sessions.refresh();
    (await list()).reply(page([session('a'), session('b'), session('d')]));
    await refreshed;
    expect(titles()).toEqual(['a', 'b', 'd']);
  });

  it('starts anew where nothing tells that the new page and the rest of the list meet', async () => {
    await shown([session('a'), session('b')], [session('c')]);
    const refreshed = sessions.refresh();
    (await list()).reply(page([session('n'), session('o'), session('b', 'b', 2)], true));
    await refreshed;
    expect(titles()).toEqual(['n', 'o', 'b']);
    expect(sessions.list.value.hasMore).toBe(true);
  });

  it('asks once for older sessions, and again where the list has another end by then', async () => {
    await shown([session('a'), session('b')]);
    const [first, second] = [sessions.loadMore(), sessions.loadMore()];
    expect(second).toBe(first);
    const behindDeleted = await list();
    sessions.remove('b', 0);
    (await service.next('DELETE', '/sessions/b')).reply({});
    const refresh = await list();
    behindDeleted.reply(page([]));
    const behindEnd = await list();
    expect(behindEnd.url.searchParams.get('before')).toBe('a');
    behindEnd.reply(page([session('c')], true));
    await first;
    expect(titles()).toEqual(['a', 'c']);
    expect(sessions.list.value.hasMore).toBe(true);
    refresh.reply({}, 503);
  });

  it('asks in the name of the same user each time', async () => {
    const asked = [sessions.refresh(), sessions.rename('a', 'b'), sessions.loadMore()];
    const requests = [await list(), await service.next('PATCH', '/sessions/a'), await list()];
    const users = requests.map(({ url }) => url.searchParams.get('user_id'));
    expect(users[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(users).size).toBe(1);
    for (const request of requests) request.reply({}, 400);
    await Promise.allSettled(asked);
  });
});
