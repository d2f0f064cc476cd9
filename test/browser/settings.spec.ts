import { describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';

describe('the settings', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  const dialog = (): Locator => chat.page.getByRole('dialog', { name: 'Settings' });
  const number = (name: string): Locator => dialog().getByRole('spinbutton', { name });
  const done = (): Locator => dialog().getByRole('button', { name: 'Done' });
  const open = async (): Promise<void> => {
    await chat.page.getByRole('button', { name: 'Settings' }).click();
    await dialog().waitFor();
  };
  const isInvalid = async (field: Locator): Promise<boolean> => (await field.getAttribute('aria-invalid')) === 'true';
  const descriptionOf = (field: Locator): Promise<string> =>
    field.evaluate((node) => {
      const note = document.getElementById(node.getAttribute('aria-describedby') ?? '');
      return note?.checkVisibility() === true ? note.textContent.trim() : '';
    });

  it.each([
    ['Temperature', '9', /^From 0 to 2/, '0.25'],
    ['Maximum tokens', '1.5', /^A whole number from 1 to 10,000,000/, '4000'],
    ['Maximum tokens', '10000001', /^A whole number from 1 to 10,000,000/, ''],
  ])('say under %s that %s will not do, and stay open until it is put right', async (name, wrong, words, right) => {
    chat = await stage.visit();
    await open();
    await number(name).fill(wrong);
    await done().click();
    expect(await dialog().isVisible()).toBe(true);
    expect(await isInvalid(number(name))).toBe(true);
    expect(await descriptionOf(number(name))).toMatch(words);
    expect(await number(name).evaluate((field) => field === document.activeElement)).toBe(true);
    await number(name).fill(right);
    expect(await isInvalid(number(name))).toBe(false);
    expect(await descriptionOf(number(name))).toBe('');
    await done().click();
    await dialog().waitFor({ state: 'hidden' });
    await open();
    expect(await number(name).inputValue()).toBe(right);
  });

  it('refuse a model id that is none', async () => {
    chat = await stage.visit();
    await open();
    await dialog().getByRole('combobox', { name: 'Provider' }).selectOption('mistral');
    const model = dialog().getByRole('textbox', { name: 'Model' });
    await model.fill('no model');
    await done().click();
    expect(await descriptionOf(model)).toMatch(/^A model id has/);
    await model.fill(' org/model-1:free ');
    await done().click();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('keep what was there before where a wrong value is left', async () => {
    chat = await stage.visit();
    await open();
    await number('Temperature').fill('0.5');
    await done().click();
    await open();
    await number('Temperature').fill('-1');
    await number('Maximum tokens').fill('77');
    await chat.page.keyboard.press('Tab');
    await chat.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    stage.simulator.all.forEach((provider) => provider.forgetRequests());
    await chat.ask('echo: x');
    const sent = stage.simulator.all.flatMap((provider) => provider.requests().map(({ body }) => body));
    expect(sent).toMatchObject([{ temperature: 0.5 }]);
    await open();
    expect(await number('Temperature').inputValue()).toBe('0.5');
    expect(await number('Maximum tokens').inputValue()).toBe('77');
  });

  it.each([
    [1280, 800],
    [320, 640],
  ])('have Done in sight on %d × %d pixels, wherever they are scrolled to', async (width, height) => {
    chat = await stage.visit({ viewport: { width, height } });
    if (width < 800) await chat.page.getByRole('button', { name: 'Sessions' }).click();
    await open();
    for (const top of [0, 10_000]) {
      await dialog().evaluate((element, y) => element.scrollTo(0, y), top);
      const isHit = await done().evaluate((button) => {
        const { left, right, top: upper, bottom } = button.getBoundingClientRect();
        return [upper + 1, bottom - 1].every(
          (y) => document.elementFromPoint((left + right) / 2, y)?.closest('button') === button,
        );
      });
      expect(isHit).toBe(true);
    }
    expect(await dialog().evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    const labels = ['Temperature', 'Maximum tokens'].map(number);
    const boxes = await Promise.all(labels.map((field) => field.boundingBox()));
    const [first, second] = boxes;
    expect(first?.y === second?.y || first?.x === second?.x).toBe(true);
  });
});
