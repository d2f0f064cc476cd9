import type { BrowserContext, Locator, Page } from 'playwright-core';

/** The page through the roles and names that its users rely on. */
export class ChatPage {
  /** Everything that must never happen: uncaught errors and violations of the page's own security policy. */
  readonly mishaps: string[] = [];
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly conversation: Locator;
  readonly articles: Locator;
  readonly sessions: Locator;
  readonly newChat: Locator;
  readonly alert: Locator;

  private constructor(readonly page: Page) {
    this.message = page.getByRole('textbox', { name: 'Message' });
    this.send = page.getByRole('button', { name: 'Send' });
    this.stop = page.getByRole('button', { name: 'Stop' });
    this.conversation = page.getByRole('region', { name: 'Conversation' });
    this.articles = this.conversation.getByRole('article');
    this.sessions = page.getByRole('navigation', { name: 'Sessions' });
    this.newChat = this.sessions.getByRole('button', { name: 'New chat' });
    this.alert = page.getByRole('alert');
  }

  /** The page in a new tab of `context`. */
  static async open(context: BrowserContext, url: string): Promise<ChatPage> {
    const page = await context.newPage();
    const chat = new ChatPage(page);
    page.on('pageerror', (error) => chat.mishaps.push(String(error)));
    page.on('console', (entry) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(entry.text())) chat.mishaps.push(entry.text());
    });
    await page.goto(url);
    return chat;
  }

  /** The last message, which is an answer as soon as something was asked. */
  get lastAnswer(): Locator {
    return this.articles.last();
  }

  /** Sends `question` and waits until its answer runs. */
  async begin(question: string): Promise<void> {
    await this.message.fill(question);
    await this.send.click();
    await this.stop.waitFor();
  }

  /** Sends `question` and waits for the end of its answer. */
  async ask(question: string): Promise<Locator> {
    const before = await this.articles.count();
    await this.message.fill(question);
    await this.send.click();
    await this.articles.nth(before + 1).waitFor();
    await this.ended();
    return this.lastAnswer;
  }

  /** How far the conversation can still be scrolled down, in pixels. */
  async toEnd(): Promise<number> {
    return this.conversation.evaluate(
      ({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop,
    );
  }

  /** Waits until no answer runs. */
  async ended(): Promise<void> {
    await this.stop.waitFor({ state: 'hidden', timeout: 30_000 });
    await this.page.locator('article[aria-busy="true"]').waitFor({ state: 'detached' });
  }

  /** Waits until the last answer shows this text. */
  async shows(text: string | RegExp): Promise<void> {
    await this.lastAnswer.getByText(text).filter({ visible: true }).first().waitFor();
  }
}
