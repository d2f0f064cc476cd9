import { describe, expect, it } from '@jest/globals';
import { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

const LAST = 120;
const NUMBERS = Array.from({ length: LAST }, (_, i) => i + 1).join(', ');

describe('an answer in the page', () => {
  const stage = useChatStage({ pace: { firstTokenMs: 0, tokenMs: 20 } });
  let chat: ChatPage;

  const begin = async (): Promise<void> => {
    chat = await stage.visit();
    await chat.begin(`count to ${LAST}`);
    await chat.shows(/1, 2, 3/);
  };
  const text = (page = chat): Promise<string> => page.lastAnswer.locator('.prose').innerText();

  it('goes on after a reload, and is whole in the end', async () => {
    await begin();
    await chat.page.reload();
    await chat.shows(/1, 2, 3/);
    await chat.ended();
    expect(await text()).toBe(NUMBERS);
  });

  it('runs in a second tab too, and can be stopped there', async () => {
    await begin();
    const second = await ChatPage.open(chat.page.context(), chat.page.url());
    await second.shows(/1, 2, 3/);
    await second.stop.click();
    await Promise.all([second.ended(), chat.ended()]);
    await chat.shows('Stopped');
    expect(await text()).toBe(await text(second));
    expect(NUMBERS.startsWith(await text())).toBe(true);
  });

  it('is in another tab of its session as well, from its question on', async () => {
    chat = await stage.visit();
    await chat.ask('echo: first');
    const second = await ChatPage.open(chat.page.context(), chat.page.url());
    await second.shows('first');
    await chat.begin(`count to ${LAST}`);
    await second.articles
      .nth(3)
      .getByText(/1, 2, 3/)
      .waitFor();
    await second.stop.click();
    await chat.ended();
    expect(await text()).toBe(await text(second));
  });

  it('catches up when the network comes back', async () => {
    await begin();
    const context = chat.page.context();
    await context.setOffline(true);
    await chat.page.getByText('Offline', { exact: true }).waitFor();
    // A connection from before may never end by itself, so another one is made.
    const attached = chat.page.waitForRequest(/\/rr-chat\/stream\/./);
    await context.setOffline(false);
    await attached;
    await chat.page.getByText('Offline', { exact: true }).waitFor({ state: 'hidden' });
    await chat.ended();
    expect(await text()).toBe(NUMBERS);
  });

  it('keeps what was shown when the server is killed, and says that it was interrupted once it is back', async () => {
    await begin();
    await stage.service.kill();
    await chat.page.getByText('Reconnecting…').waitFor();
    const shown = await text();
    await stage.restartService();
    await chat.ended();
    await chat.shows('Interrupted');
    expect((await text()).startsWith(shown)).toBe(true);
    expect(NUMBERS.startsWith(await text())).toBe(true);
    const count = chat.lastAnswer.getByText(/^EST [\d,]+ tokens$/);
    await count.waitFor();
    await chat.page.reload();
    await count.waitFor();
    await chat.message.fill('echo: and on');
    await chat.send.click();
    await chat.shows('and on');
  });

  it('is there once the server is back, where its session was opened while the server was away', async () => {
    chat = await stage.visit();
    await chat.ask('echo: found again');
    await chat.newChat.click();
    await stage.service.kill();
    await chat.sessions.getByRole('link', { name: 'found again' }).click();
    await chat.alert.getByText('Rondo cannot be reached.').waitFor();
    await stage.restartService();
    await chat.articles.last().getByText('found again').waitFor();
    await chat.alert.waitFor({ state: 'hidden' });
  });

  it('keeps a question that another tab was quicker than, and says so in words for people', async () => {
    chat = await stage.visit();
    await chat.ask('echo: the first turn');
    const second = await ChatPage.open(chat.page.context(), chat.page.url());
    await second.shows('the first turn');
    // What the second tab looks up before it asks is older than the question of the first one.
    const user = await chat.page.evaluate(() => localStorage.getItem('rondo.user'));
    const session = new URL(chat.page.url()).hash.slice('#/s/'.length);
    const last = await fetch(`${stage.service.url}/history?user_id=${user ?? ''}&session_id=${session}&limit=1`);
    const json: unknown = await last.json();
    await second.page.route(/\/history\?.*\blimit=1\b/, (route) => route.fulfill({ json }));
    await chat.begin(`count to ${LAST}`);
    await second.message.fill('me too');
    await second.send.click();
    await second.alert.getByText(/Another answer is still being written in this chat.* Your text is kept/).waitFor();
    await eventually(async () => (await second.message.inputValue()) === 'me too');
    await chat.stop.click();
    await chat.ended();
  });

  it('is stopped by a Stop that was pressed while the server could not be reached', async () => {
    await begin();
    const context = chat.page.context();
    await context.setOffline(true);
    await chat.stop.click();
    await context.setOffline(false);
    await chat.ended();
    await chat.shows('Stopped');
    expect((await text()).length).toBeLessThan(NUMBERS.length);
  });

  it('is not there for a question that could not be sent: its text comes back', async () => {
    chat = await stage.visit();
    await chat.page.route('**/rr-chat/stream', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"Out of order."}' }),
    );
    await chat.message.fill('a precious text');
    await chat.send.click();
    await chat.alert.getByText('Out of order.').waitFor();
    await eventually(async () => (await chat.message.inputValue()) === 'a precious text');
    await eventually(async () => (await chat.articles.count()) === 0);
  });

  it('does not disturb what is being written meanwhile: drafts are kept for each session', async () => {
    chat = await stage.visit();
    await chat.message.fill('half a thought');
    await chat.page.reload();
    await eventually(async () => (await chat.message.inputValue()) === 'half a thought');
    await chat.ask('echo: sent');
    await chat.message.fill('another one');
    await chat.newChat.click();
    await eventually(async () => (await chat.message.inputValue()) === '');
    await chat.page.goBack();
    await chat.shows('sent');
    await eventually(async () => (await chat.message.inputValue()) === 'another one');
  });
});
