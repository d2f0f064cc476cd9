import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';

describe('a question that cannot be sent', () => {
  const stage = useChatStage();
  /** Stands for the service: the page gives up after some seconds, and a start may take as long on a busy machine. */
  let way: CuttingProxy;
  let chat: ChatPage;
  beforeAll(async () => {
    way = await startCuttingProxy(stage.service.url);
  });
  beforeEach(async () => {
    for (const provider of stage.simulator.all) provider.forgetRequests();
    chat = await stage.visit({ url: way.url });
  });
  afterAll(() => way.close());

  const isKept = async (text: string): Promise<boolean> => (await chat.message.inputValue()) === text;
  const requests = (): number => stage.simulator.all.flatMap((provider) => provider.requests()).length;
  const sendAway = async (text: string): Promise<void> => {
    await chat.message.fill(text);
    await chat.send.click();
    await chat.alert.getByText('Rondo cannot be reached. What you asked is kept').waitFor();
  };

  it('says so at once, and is sent once when the service is back', async () => {
    await way.close();
    await sendAway('echo: patience');
    await way.reopen();
    await chat.shows('patience');
    await chat.alert.waitFor({ state: 'hidden' });
    expect(requests()).toBe(1);
  });

  it.each([
    ['Cancel', () => chat.page.getByRole('button', { name: 'Cancel' }).click()],
    ['Stop', () => chat.stop.click()],
  ])('comes back to its writer with %s, and is never sent', async (_, takeBack) => {
    await chat.page.context().setOffline(true);
    await sendAway('echo: on second thought');
    await takeBack();
    await eventually(() => isKept('echo: on second thought'));
    await chat.send.waitFor();
    await chat.alert.waitFor({ state: 'hidden' });
    expect(await chat.articles.count()).toBe(0);
    await chat.page.context().setOffline(false);
    await chat.message.fill('echo: something else');
    await chat.send.click();
    await chat.shows('something else');
    expect(requests()).toBe(1);
  });

  it('comes back by itself where the service stays away', async () => {
    await chat.page.context().setOffline(true);
    await sendAway('echo: kept');
    await eventually(() => isKept('echo: kept'), 10_000);
    await chat.alert.getByText('Rondo cannot be reached. Check your connection. Your text is kept.').waitFor();
    await chat.page.context().setOffline(false);
    await chat.send.click();
    await chat.shows('kept');
  });
});
