import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../../client/src/chat/conversation.js';
import type { ConversationHost, Refusal } from '../../../../client/src/chat/conversation-host.js';
import { BusyError } from '../../../../client/src/chat/refusals.js';
import type { MessageActions, ShownAnswer, ShownQuestion } from '../../../../client/src/chat/shown-messages.js';
import type { Message } from '../../../../src/wire/message.js';
import { eventually } from '../../../support/eventually.js';
import { startHeldReplies, type HeldReplies, type HeldRequest } from '../../../support/held-replies.js';
import { shownFactory, ShownList } from '../../../support/shown-list.js';

/** What a conversation has told the page. */
interface Told {
  refused: Refusal[];
  returned: [text: string, sessionId: string][];
  ended: number;
}

const message = (id: string, role: Message['role'], more: Partial<Message> = {}): Message => ({
  id,
  role,
  content: id,
  created_at: '2026-01-01T00:00:00Z',
  status: 'complete',
  ...more,
});
const turn = (n: number | string, more: Partial<Message> = {}): Message[] => [
  message(`q${String(n)}`, 'user'),
  message(`a${String(n)}`, 'assistant', more),
];
const page = (history: Message[], has_more = false): object => ({ history, has_more });
const DONE = { type: 'done', finish_reason: 'stop', message_id: 'x' };

describe('a conversation', () => {
  let service: HeldReplies;
  let list: ShownList;
  let actions: MessageActions;
  let told: Told;
  let conversation: Conversation;
  beforeAll(async () => {
    service = await startHeldReplies();
  });
  beforeEach(() => {
    list = new ShownList();
    told = { refused: [], returned: [], ended: 0 };
    const nothing = (): void => undefined;
    const host: ConversationHost = {
      settings: () => ({}),
      providers: () => [],
      asking: nothing,
      delayed: nothing,
      refused: (refusal) => told.refused.push(refusal),
      giveBack: (text, sessionId) => told.returned.push([text, sessionId]),
      loadFailed: nothing,
      loaded: nothing,
      started: nothing,
      ended: () => (told.ended += 1),
      gone: nothing,
      reading: nothing,
    };
    const newFactory = (its: MessageActions): typeof shownFactory => {
      actions = its;
      return shownFactory;
    };
    conversation = new Conversation(list, newFactory, host);
  });
  afterAll(() => service.close());

  /** A request for the last messages; `limit` 1 only looks for news. */
  const history = (query: RegExp): Promise<HeldRequest> => service.next('GET', query);
  const load = (): Promise<HeldRequest> => history(/^\/history\?(?!.*(limit|before|version)=)/);
  const look = (): Promise<HeldRequest> => history(/^\/history\?.*limit=1$/);
  const older = (): Promise<HeldRequest> => history(/^\/history\?.*before=/);
  const version = (id: string): Promise<HeldRequest> => history(new RegExp(`^/history\\?.*version=${id}`));
  const open = async (messages: Message[], hasMore = false, sessionId = 's'): Promise<void> => {
    const opened = conversation.open(sessionId, false);
    (await load()).reply(page(messages, hasMore));
    await opened;
  };
  /** Sends a question that follows the message `last`, up to the request that asks. */
  const send = async (text: string, last: Message | undefined): Promise<HeldRequest> => {
    void conversation.send(text);
    (await look()).reply(page(last ? [last] : []));
    return service.next('POST', '/rr-chat/stream');
  };
  const answered = async (request: HeldRequest, id: string): Promise<void> => {
    request.stream(id)([{ type: 'delta', content: id }, DONE]);
    await eventually(() => told.ended === 1);
  };

  describe('that is loaded again', () => {
    it('keeps a question that was sent meanwhile', async () => {
      await open(turn(1));
      const refreshed = conversation.refresh();
      (await look()).reply(page([turn(2)[1]!]));
      const before = await load();
      const asked = await send('new', turn(1)[1]);
      before.reply(page([...turn(1), ...turn(2)]));
      await refreshed;
      expect(list.texts).toEqual(['q1', 'a1', 'new', '']);
      await answered(asked, 'answer');
      expect(list.texts).toEqual(['q1', 'a1', 'new', 'answer']);
    });

    it('keeps a question that was sent and answered while it was asked whether there is news', async () => {
      await open(turn(1));
      const refreshed = conversation.refresh();
      const before = await look();
      await answered(await send('new', turn(1)[1]), 'answer');
      before.reply(page([turn(1)[1]!]));
      await refreshed;
      expect(list.texts).toEqual(['q1', 'a1', 'new', 'answer']);
    });

    it('never shows a reply that is older than what it shows', async () => {
      await open(turn(1));
      const refresh = async (last: Message | undefined): Promise<[HeldRequest, Promise<void>]> => {
        const refreshed = conversation.refresh();
        (await look()).reply(page(last ? [last] : []));
        return [await load(), refreshed];
      };
      const [first, firstRefreshed] = await refresh(turn(2)[1]);
      const [second, secondRefreshed] = await refresh(turn(3)[1]);
      second.reply(page([...turn(1), ...turn(2), ...turn(3)]));
      await secondRefreshed;
      first.reply(page([...turn(1), ...turn(2)]));
      await firstRefreshed;
      expect(list.texts).toEqual(['q1', 'a1', 'q2', 'a2', 'q3', 'a3']);
    });

    it('follows an answer once that two requests have found running', async () => {
      await open(turn(1));
      const found = [message('q2', 'user'), message('a2', 'assistant', { content: '', status: 'streaming' })];
      const loads: HeldRequest[] = [];
      const refreshed: Promise<void>[] = [];
      for (let i = 0; i < 2; i++) {
        refreshed.push(conversation.refresh());
        (await look()).reply(page([found[1]!]));
        loads.push(await load());
      }
      for (const [i, one] of loads.entries()) {
        one.reply(page([...turn(1), ...found]));
        await refreshed[i];
      }
      const [, , , answer] = list.entries;
      (await service.next('GET', '/rr-chat/stream/a2')).stream('a2')([{ type: 'delta', content: 'text' }, DONE]);
      await eventually(() => told.ended === 1);
      expect(list.entries[3]).toBe(answer);
      expect(list.texts).toEqual(['q1', 'a1', 'q2', 'text']);
      expect(service.paths).not.toContain('/rr-chat/stream/a2');
    });

    it('gives back a question for which another answer is found running', async () => {
      await open(turn(1, { versions: ['a0', 'a1'] }));
      actions.showVersion(list.entries[1]!, 'a0');
      (await version('a0')).reply(page([message('a0', 'assistant', { versions: ['a0', 'a1'] })]));
      await eventually(() => list.texts[1] === 'a0');
      const sent = conversation.send('new');
      (await load()).reply(
        page([...turn(1), message('q2', 'user'), message('a2', 'assistant', { status: 'streaming' })]),
      );
      await sent;
      expect(told.refused).toEqual([expect.objectContaining({ error: expect.any(BusyError), text: 'new' })]);
      (await service.next('GET', '/rr-chat/stream/a2')).stream('a2')([DONE]);
    });
  });

  describe('with versions', () => {
    const versions = ['v1', 'v2', 'v3'];
    const shown = message('v3', 'assistant', { versions });
    const reply = (request: HeldRequest, id: string): void =>
      request.reply(page([message(id, 'assistant', { versions })]));

    it('shows the one that was chosen last, whichever reply comes first', async () => {
      for (const order of ['first', 'last'] as const) {
        await open([message('q', 'user'), shown]);
        for (const id of ['v1', 'v2']) actions.showVersion(list.entries[1]!, id);
        const [one, two] = [await version('v1'), await version('v2')];
        reply(order === 'first' ? one : two, order === 'first' ? 'v1' : 'v2');
        await eventually(() => list.texts[1] === (order === 'first' ? 'v1' : 'v2'));
        reply(order === 'first' ? two : one, order === 'first' ? 'v2' : 'v1');
        // Something newer comes after both of them.
        actions.showVersion(list.entries[1]!, 'v3');
        const three = await version('v3');
        expect(list.texts[1]).toBe('v2');
        reply(three, 'v3');
        await eventually(() => list.texts[1] === 'v3');
      }
    });

    it('shows no version over a question that was sent and answered since it was chosen', async () => {
      await open([message('q', 'user'), shown]);
      actions.showVersion(list.entries[1]!, 'v1');
      const before = await version('v1');
      await answered(await send('new', shown), 'answer');
      reply(before, 'v1');
      actions.showVersion(list.entries[1]!, 'v2');
      const after = await version('v2');
      expect(list.texts).toEqual(['q', 'v3', 'new', 'answer']);
      after.reply({}, 404);
    });
  });

  describe('that has older messages', () => {
    it('shows them only where the page still begins with what they lead to', async () => {
      await open([...turn(8), ...turn(9)], true);
      const loaded = conversation.loadOlder();
      const page7 = await older();
      const refreshed = conversation.refresh();
      (await look()).reply(page([turn(99)[1]!]));
      (await load()).reply(page([...turn(98), ...turn(99)], true));
      await refreshed;
      page7.reply(page(turn(7)));
      await loaded;
      expect(list.texts).toEqual(['q98', 'a98', 'q99', 'a99']);
    });

    it('shows them once where they are loaded while a message among them is looked for', async () => {
      await open(turn(9), true);
      const found = conversation.goTo('q8', '');
      const search = await history(/before=q9&limit=200/);
      const loaded = conversation.loadOlder();
      (await history(/before=q9$/)).reply(page(turn(8), true));
      await loaded;
      search.reply(page([...turn(7), ...turn(8)]));
      expect(await found).toBe(true);
      expect(list.texts).toEqual(['q8', 'a8', 'q9', 'a9']);
    });

    it('keeps them where a question is refused that was sent before they came', async () => {
      await open(turn(9), true);
      const asked = await send('new', turn(9)[1]);
      const loaded = conversation.loadOlder();
      (await older()).reply(page(turn(8)));
      await loaded;
      asked.reply({ title: 'No', code: 'invalid_request' }, 400);
      await eventually(() => told.refused.length === 1);
      expect(list.texts).toEqual(['q8', 'a8', 'q9', 'a9']);
    });
  });

  it('keeps an edit for its own session where another one was opened before it could be asked', async () => {
    await open(turn(1));
    await answered(await send('new', turn(1)[1]), 'a2');
    actions.edit(list.entries[2] as ShownQuestion, 'edited');
    const id = await older();
    await open(turn(5), false, 'other');
    await eventually(() => told.returned.length === 1);
    expect(told.returned).toEqual([['edited', 's']]);
    expect(told.refused).toEqual([]);
    expect(list.texts).toEqual(['q5', 'a5']);
    id.reply(page([]));
  });

  it('knows who wrote a continued answer to which nobody added anything', async () => {
    const stopped = turn(1, { status: 'stopped', finish_reason: 'stopped', provider: 'groq', model: 'g' });
    await open(stopped);
    actions.continue(list.entries[1] as ShownAnswer);
    (await look()).reply(page([stopped[1]!]));
    const error = { message: 'Broken.', code: 'all_providers_failed', class: 'retryable', retryable: true };
    (await service.next('POST', '/rr-chat/stream')).stream('a2')([
      { type: 'provider', provider: 'mistral', model: 'm', reason: 'continued', from: 'groq' },
      { type: 'delta', content: 'a1' },
      { type: 'error', ...error },
      { ...DONE, finish_reason: 'error' },
    ]);
    const attempts = [{ provider: 'mistral', model: 'm', reason: 'continued', outcome: 'failed', duration_ms: 1 }];
    (await history(/limit=2$/)).reply(
      page([
        stopped[0]!,
        { ...stopped[1]!, id: 'a2', status: 'failed', attempts, error, versions: ['a1', 'a2'] } as Message,
      ]),
    );
    const answer = list.entries[1] as ShownAnswer;
    await eventually(() => answer.versions.length === 2);
    expect(answer.state.attempts).toEqual([{ provider: 'mistral', model: 'm', reason: 'continued' }]);
  });
});
