import { describe, expect, it } from '@jest/globals';
import { ChatPage } from '../support/chat-page.js';
import { useChatStage } from '../support/chat-stage.js';
import { eventually } from '../support/eventually.js';

describe('the page', () => {
  const stage = useChatStage();
  let chat: ChatPage;

  it('shows an answer with its provider and a token count that the provider reported', async () => {
    chat = await stage.visit();
    const answer = await chat.ask('echo: Hello **there**');

    await eventually(async () => (await chat.articles.count()) === 2);
    expect(await chat.articles.first().innerText()).toContain('echo: Hello **there**');
    expect(await answer.locator('strong').innerText()).toBe('there');
    expect(await answer.innerText()).toMatch(/groq|mistral|deepseek/);
    expect(await answer.innerText()).toMatch(/ACU [\d,]+ tokens/);
    expect(await chat.page.getByText('Numbers are indicative, not a guarantee').count()).toBe(1);
  });

  it('sends on Enter, not on Shift+Enter, and not while a word is being composed', async () => {
    chat = await stage.visit();
    await chat.message.pressSequentially('echo: one');
    await chat.message.press('Shift+Enter');
    await chat.message.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
    await chat.message.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
    await eventually(async () => (await chat.message.inputValue()) === 'echo: one\n');
    await chat.message.pressSequentially('two');
    await chat.message.press('Enter');
    await chat.shows('two');
    await eventually(async () => (await chat.message.inputValue()) === '');
    expect(await chat.message.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('keeps the conversation over a reload, under an address of its own', async () => {
    chat = await stage.visit();
    await chat.ask('echo: remember me');
    const address = chat.page.url();
    await chat.page.reload();
    await chat.shows('remember me');
    await eventually(async () => (await chat.articles.count()) === 2);
    expect(chat.page.url()).toBe(address);
    expect(await chat.lastAnswer.innerText()).toMatch(/ACU [\d,]+ tokens/);
  });

  it('stops on Escape and keeps what was shown', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 20 } });
    await chat.begin('count to 5000');
    await chat.shows(/1, 2, 3/);
    await chat.message.press('Escape');
    await chat.ended();
    await chat.shows('Stopped');
    expect(await chat.lastAnswer.innerText()).toContain('1, 2, 3');
    expect(await chat.send.isVisible()).toBe(true);
    stage.simulator.configure({ pace: 'instant' });
  });

  it('shows a running estimate, and who was asked before when a provider fails', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 15 } });
    for (const provider of stage.simulator.all) {
      if (provider.name !== 'deepseek') await provider.fault({ kind: 'status', status: 500 });
    }
    await chat.begin('count to 150');
    await chat.shows(/EST [\d,]+ tokens/);
    await chat.ended();
    const text = await chat.lastAnswer.innerText();
    expect(text).toContain('deepseek');
    expect(text).toMatch(/failed\s*→/);
    expect(text).toMatch(/ACU [\d,]+ tokens/);
    stage.simulator.configure({ pace: 'instant' });
  });

  it('copies a message as it was written, and code exactly', async () => {
    chat = await stage.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const code = 'if (a) {\n\n\tb("`x`");\n}';
    const source = `Some **bold** text:\n\n\`\`\`js\n${code}\n\`\`\`\n\nEnd.`;
    const answer = await chat.ask(`echo: ${source}`);
    const copied = (): Promise<string> => chat.page.evaluate(() => navigator.clipboard.readText());
    await answer.getByRole('button', { name: 'Copy code' }).click();
    await eventually(async () => (await copied()) === code);
    await answer.hover();
    await answer.getByRole('button', { name: 'Copy message' }).click();
    await eventually(async () => (await copied()) === source);
    await answer.locator('pre code').selectText();
    expect(await chat.page.evaluate(() => getSelection()?.toString().trimEnd())).toBe(code);
  });

  it('brings back earlier questions with the arrow keys', async () => {
    chat = await stage.visit();
    await chat.ask('echo: one');
    await chat.ask('echo: two');
    await chat.message.press('ArrowUp');
    await eventually(async () => (await chat.message.inputValue()) === 'echo: two');
    await chat.message.press('ArrowUp');
    await eventually(async () => (await chat.message.inputValue()) === 'echo: one');
    await chat.message.press('ArrowDown');
    await chat.message.press('ArrowDown');
    await eventually(async () => (await chat.message.inputValue()) === '');
  });

  it('asks the provider that was chosen, with the settings of the session', async () => {
    chat = await stage.visit();
    await chat.page.getByRole('combobox', { name: 'Provider' }).selectOption('mistral');
    await chat.page.getByRole('button', { name: 'Settings' }).click();
    await chat.page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await chat.page.getByRole('spinbutton', { name: 'Temperature' }).fill('0.3');
    await chat.page.getByRole('button', { name: 'Done' }).click();
    stage.simulator.mistral.forgetRequests();
    for (const question of ['echo: a', 'echo: b']) {
      expect(await (await chat.ask(question)).innerText()).toContain('mistral');
    }
    const sent = JSON.stringify(stage.simulator.mistral.requests().map((request) => request.body));
    expect(sent).toContain('Be brief.');
    expect(sent).toContain('0.3');
  });

  it('exports a session as Markdown and as JSON', async () => {
    chat = await stage.visit();
    await chat.ask('echo: **kept**');
    for (const [format, expected] of [
      ['Markdown', '## You\n\necho: **kept**\n'],
      ['JSON', '"content": "**kept**"'],
    ] as const) {
      await chat.page.getByText('Export', { exact: true }).click();
      const [download] = await Promise.all([
        chat.page.waitForEvent('download'),
        chat.page.getByRole('button', { name: format }).click(),
      ]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toContain(expected);
    }
  });

  it('shows nothing more once it is being stopped, however long the stop takes', async () => {
    chat = await stage.visit();
    stage.simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 20 } });
    await chat.begin('count to 5000');
    await chat.shows(/1, 2, 3/);
    const elsewhere = await ChatPage.open(chat.page.context(), chat.page.url());
    await elsewhere.shows(/1, 2, 3/);
    const shown = ({ lastAnswer }: ChatPage): Promise<string> => lastAnswer.locator('.prose').innerText();
    const heard = Promise.withResolvers<void>();
    await chat.page.route('**/stop', async (route) => {
      await heard.promise;
      await route.continue();
    });
    await chat.stop.click();
    // What had come by then is still shown with the next frame.
    for (let frame = 0; frame < 2; frame++) await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const before = await shown(chat);
    await eventually(async () => (await shown(elsewhere)).length > before.length + 100);
    expect(await shown(chat)).toBe(before);
    expect(await chat.stop.isVisible()).toBe(true);
    heard.resolve();
    await chat.ended();
    await chat.shows('Stopped');
    expect(await shown(chat)).toBe(await shown(elsewhere));
    stage.simulator.configure({ pace: 'instant' });
  });
});
