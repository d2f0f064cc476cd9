import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { ProviderSettings, Simulator } from '../../simulator/provider-simulator.js';
import { launchBrowser } from './browser.js';
import { ChatPage } from './chat-page.js';
import { temporaryFolder, type TemporaryFolder } from './history.js';
import { freePort, simulatedProviders, startService, type Service } from './service.js';
import { useSimulator } from './simulator.js';

export interface Visit extends BrowserContextOptions {
  /** The user id in the page's storage; without it the page makes one up. */
  user?: string;
  /** Default: the service's own address. */
  url?: string;
}

/** The built service on a database file, its simulated providers, and a browser. */
export interface ChatStage {
  readonly simulator: Simulator;
  readonly service: Service;
  /** Opens the page in a browser context of its own. */
  visit(options?: Visit): Promise<ChatPage>;
  /** Opens the page in another tab of the same person. */
  visitAgain(chat: ChatPage): Promise<ChatPage>;
  /** Starts a killed service again, on the same port and the same database. */
  restartService(): Promise<void>;
}

/**
 * One stage for all tests of the surrounding suite, with the simulator as {@link useSimulator} has it. After each test the
 * pages that it opened are closed; none of them may have had a mishap.
 * @param fill writes chats into the database before the service opens it
 */
export function useChatStage(
  options: Partial<ProviderSettings> = {},
  env: Record<string, string> = {},
  fill: (databaseUrl: string) => Promise<void> = () => Promise.resolve(),
): ChatStage {
  const simulator = useSimulator({ pace: 'instant', reasoning: 'never', sameAnswer: true, ...options });
  let service: Service;
  let browser: Browser;
  let folder: TemporaryFolder;
  let serviceEnv: Record<string, string>;
  let opened: ChatPage[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    await fill(folder.url);
    const own = { PORT: String(await freePort()), DATABASE_URL: folder.url, LOG_LEVEL: 'warn' };
    serviceEnv = { ...simulatedProviders(simulator), ...own, ...env };
    [service, browser] = await Promise.all([startService(serviceEnv), launchBrowser()]);
  }, 120_000);
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ page }) => page.context().close()));
    expect(opened.flatMap(({ mishaps }) => mishaps)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    await folder.remove();
  });

  const noted = (chat: ChatPage): ChatPage => {
    opened.push(chat);
    return chat;
  };
  return {
    simulator,
    get service() {
      return service;
    },
    visit: async ({ user, url = service.url, ...contextOptions } = {}) => {
      const context = await browser.newContext(contextOptions);
      if (user !== undefined) await context.addInitScript(signIn, user);
      return noted(await ChatPage.open(context, url));
    },
    visitAgain: async ({ page }) => noted(await ChatPage.open(page.context(), service.url)),
    restartService: async () => {
      service = await startService(serviceEnv);
    },
  };
}

function signIn(user: string): void {
  if (!location.href.startsWith('about:')) localStorage.setItem('rondo.user', user);
}
