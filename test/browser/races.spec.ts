import { describe, expect, it } from '@jest/globals';
import type { Route } from 'playwright-core';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';
import { ask } from '../support/events.js';

describe('a reply that comes late', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  /** The reader comes back to the page. */
  const comeBack = (): Promise<boolean> => chat.page.evaluate(() => dispatchEvent(new Event('focus')));
  const elsewhere = async (message: string): Promise<void> => {
    const user_id = await chat.page.evaluate(() => localStorage.getItem('rondo.user'));
    const session_id = new URL(chat.page.url()).hash.replace('#/s/', '');
    await (await ask(stage.service.url, { user_id, session_id, message })).text();
  };
  /** Holds back the next reply of this kind, which is of now; the result sends it and resolves when the page has it. */
  const hold = async (isMeant: (url: URL) => boolean): Promise<{ held: Promise<void>; send: () => Promise<void> }> => {
    const [held, release, sent] = [1, 2, 3].map(() => Promise.withResolvers<void>());
    const handler = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      held!.resolve();
      await release!.promise;
      await route.fulfill({ response });
      // What the page does with it, it does before its next but one frame.
      await chat.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      sent!.resolve();
    };
    await chat.page.route(isMeant, handler, { times: 1 });
    return {
      held: held!.promise,
      send: () => {
        release!.resolve();
        return sent!.promise;
      },
    };
  };

  it('takes no message away that a newer one has brought', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await elsewhere('echo: two');
    const older = await hold(({ pathname, searchParams }) => pathname === '/history' && !searchParams.has('limit'));
    await comeBack();
    await older.held;
    await elsewhere('echo: three');
    await comeBack();
    await chat.shows('three');
    expect(await chat.articles.count()).toBe(6);
    await older.send();
    expect(await chat.articles.count()).toBe(6);
  });

  it('takes no question away that was sent meanwhile', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    const older = await hold(
      ({ pathname, searchParams }) => pathname === '/history' && searchParams.get('limit') === '1',
    );
    await comeBack();
    await older.held;
    await chat.ask('echo: two');
    await older.send();
    expect(await chat.articles.count()).toBe(4);
    await chat.shows('two');
  });

  it('gives no session its old title back', async () => {
    chat = await stage.visit();
    await chat.ask('echo: old title');
    const isList = ({ pathname }: URL): boolean => pathname === '/sessions';
    const older = await hold(isList);
    await comeBack();
    await older.held;
    await chat.page.route(isList, (route) => route.fulfill({ status: 503, body: '' }));
    const row = chat.sessions.getByRole('listitem');
    await row.hover();
    await row.getByRole('button', { name: /^Rename/ }).click();
    await chat.page.getByRole('textbox', { name: 'Title' }).fill('new title');
    await chat.page.keyboard.press('Enter');
    await chat.sessions.getByRole('link', { name: 'new title' }).waitFor({ timeout: 5_000 });
    await older.send();
    expect(await chat.sessions.getByRole('link').allInnerTexts()).toEqual(['new title']);
    await eventually(async () => (await chat.page.title()) === 'new title · Rondo');
  });

  it('leads nobody away who is on the way to another chat', async () => {
    chat = await stage.visit();
    await chat.ask('echo: here');
    const known = new URL(chat.page.url()).hash;
    const unknown = await hold(({ searchParams }) => searchParams.get('session_id') === 'unknown');
    await chat.page.evaluate(() => (location.hash = '#/s/unknown'));
    await unknown.held;
    // The page is told of a new address in a task of its own; here it is not told at all.
    await chat.page.evaluate((hash) => history.replaceState(undefined, '', hash), known);
    await unknown.send();
    await chat.shows('here');
    expect(new URL(chat.page.url()).hash).toBe(known);
  });
});
