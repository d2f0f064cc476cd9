import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startSimulator, type Simulator } from '../../simulator/provider-simulator.js';
import { launchBrowser } from '../support/browser.js';
import { ChatPage } from '../support/chat-page.js';
import { temporaryFolder } from '../support/history.js';
import { freePort, simulatedProviders, startService, type Service } from '../support/service.js';

describe('who was asked for an answer', () => {
  let simulator: Simulator;
  let browser: Browser;
  let service: Service;
  let chat: ChatPage;
  beforeAll(async () => {
    simulator = await startSimulator({ sameAnswer: true, reasoning: 'never', pace: 'instant' });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    expect(chat.mishaps).toEqual([]);
    await chat.page.context().close();
    await service.stop();
    await simulator.clear();
    simulator.configure({ pace: 'instant' });
  });
  afterAll(async () => {
    await browser.close();
    await simulator.close();
  });

  /** A service that asks groq first. */
  const visit = async (env: Record<string, string> = {}): Promise<void> => {
    service = await startService({ ...simulatedProviders(simulator), LOG_LEVEL: 'fatal', ...env });
    chat = await ChatPage.open(await browser.newContext(), service.url);
  };
  /** The trail above the last answer, and the model that its details name. */
  const shown = async (): Promise<{ trail: string; model: string }> => {
    const answer = chat.lastAnswer;
    await answer.getByRole('button', { name: 'Details' }).click();
    const model = answer.locator('dt', { hasText: 'Model' }).locator('xpath=following-sibling::dd[1]');
    const told = { trail: await answer.locator('.trail').innerText(), model: await model.innerText() };
    await chat.page.keyboard.press('Escape');
    return { ...told, trail: told.trail.replace(/\s+/g, ' ') };
  };
  const reloaded = async (): Promise<Awaited<ReturnType<typeof shown>>> => {
    await chat.page.reload();
    await chat.lastAnswer.waitFor();
    return shown();
  };
  const isSame = async (trail: string, model: RegExp): Promise<void> => {
    const live = await shown();
    expect(live).toEqual({ trail, model: expect.stringMatching(model) });
    expect(await reloaded()).toEqual(live);
  };

  it('is the same after a reload: a provider that was limited', async () => {
    await visit();
    await simulator.groq.fault({ kind: 'status', status: 429, times: 1 });
    await chat.ask('echo: a word');
    await isSame('groq 429 → mistral', /mistral/);
  });

  it('is the same after a reload: an answer that another provider went on with', async () => {
    await visit();
    await simulator.groq.fault({ kind: 'truncate', afterTokens: 3, times: 1 });
    await chat.ask('count to 30');
    await isSame('groq bad answer → mistral', /mistral/);
  });

  it('is the same after a reload: an answer that nobody could give', async () => {
    await visit();
    for (const provider of [simulator.groq, simulator.mistral]) await provider.fault({ kind: 'status', status: 500 });
    await simulator.deepseek.fault({ kind: 'status', status: 429 });
    await chat.ask('echo: a word');
    await isSame('groq failed → mistral failed → deepseek failed', /deepseek/);
  });

  it('is the same after a reload: a second try at the only provider', async () => {
    await visit({ PROVIDERS: 'groq', PATIENCE_MS: '10000' });
    await simulator.groq.fault({ kind: 'status', status: 500, times: 1 });
    await chat.ask('echo: a word');
    await isSame('groq', /gpt/);
  });

  it('is the same after a reload: a race that the second provider won', async () => {
    await visit({ HEDGE_AFTER: '50' });
    await simulator.groq.fault({ kind: 'pace', firstTokenMs: 30_000, times: 1 });
    await chat.ask('echo: a word');
    await isSame('groq late → mistral', /mistral/);
  });

  it('is the same after a reload: a race that the second provider lost', async () => {
    await visit({ HEDGE_AFTER: '50' });
    await simulator.groq.fault({ kind: 'pace', firstTokenMs: 500, times: 1 });
    await simulator.mistral.fault({ kind: 'pace', firstTokenMs: 30_000, times: 1 });
    await chat.ask('echo: a word');
    expect(simulator.mistral.requests()).not.toEqual([]);
    await isSame('groq', /gpt/);
  });

  it('is the same after a reload: a continued answer to which nobody added anything', async () => {
    await visit();
    simulator.configure({ pace: { firstTokenMs: 0, tokenMs: 15 } });
    await chat.begin('count to 400');
    await chat.shows(/1, 2, 3/);
    await chat.stop.click();
    await chat.ended();
    for (const provider of simulator.all) await provider.fault({ kind: 'status', status: 500, on: 'continuation' });
    await chat.lastAnswer.getByRole('button', { name: 'Continue' }).click();
    await chat.lastAnswer.getByText('2 / 2').waitFor();
    await isSame('mistral failed → deepseek failed → groq', /gpt/);
  });

  it('is the same after a reload: an answer that was cut short by a kill, in a race', async () => {
    const folder = await temporaryFolder();
    const env = { HEDGE_AFTER: '50', PORT: String(await freePort()), DATABASE_URL: folder.url };
    await visit(env);
    simulator.configure({ pace: { firstTokenMs: 300, tokenMs: 15 } });
    await simulator.mistral.fault({ kind: 'pace', firstTokenMs: 30_000, times: 1 });
    await chat.begin('count to 400');
    await chat.shows(/1, 2, 3/);
    await service.kill();
    service = await startService({ ...simulatedProviders(simulator), LOG_LEVEL: 'fatal', ...env });
    await chat.ended();
    await chat.shows('Interrupted');
    await isSame('groq', /gpt/);
    await folder.remove();
  });
});
