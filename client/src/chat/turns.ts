import { getHistory, type Asked, type QuestionSettings } from '../api/chat-api.js';
import { attemptsOf } from '../state/attempts.js';
import type { Asker, OpenSession, Turn } from './asker.js';
import type { ConversationHost, Refusal } from './conversation-host.js';
import { BusyError, expectEnd, MovedOnError } from './refusals.js';
import type { MessageFactory, ShownAnswer, ShownMessage, ShownMessages, ShownQuestion } from './shown-messages.js';

interface Request extends Omit<Turn, 'settings' | 'check'> {
  readonly asked: Asked;
  readonly settings?: QuestionSettings;
  /** The message that the session ends in where it is what is shown. */
  readonly last: string | undefined;
}

/** What turns need to know of the conversation, and tell it. */
interface TurnsHost extends Pick<ConversationHost, 'settings' | 'asking' | 'giveBack'> {
  session(): OpenSession;
  /** The last message of the current version, as far as the page knows it. */
  end(): string | undefined;
  /** Resolves when the page shows what the service has, where that differs. */
  refused(refusal: Refusal): Promise<void>;
}

/** The ways to ask: something new, in other words, once more, or to continue. */
export class Turns {
  constructor(
    private readonly messages: ShownMessages,
    private readonly factory: MessageFactory,
    private readonly asker: Asker,
    private readonly host: TurnsHost,
  ) {}

  /** @param last the message that the question is to follow */
  async send(text: string, last = this.host.end()): Promise<void> {
    const question = this.factory.question(text);
    const before = this.messages.entries;
    const answer = this.factory.answer([...before, question]);
    await this.#ask({
      asked: { message: text },
      from: before.length,
      entries: [question, answer],
      answer,
      last,
      refused: (error) => void this.host.refused({ error, text, again: () => void this.send(text) }),
    });
  }

  /** @param last the last message of what the new answer replaces */
  async regenerate(old: ShownAnswer, provider?: string, last = this.host.end()): Promise<void> {
    const from = this.#indexOf(old);
    const answer = this.factory.answer(this.messages.entries.slice(0, from));
    const { model: _, ...settings } = this.host.settings();
    await this.#ask({
      asked: { regenerate: old.id },
      ...(provider === undefined ? {} : { settings: { ...settings, provider } }),
      from,
      entries: [answer],
      answer,
      last,
      refused: (error) => void this.host.refused({ error, again: () => void this.regenerate(old, provider, last) }),
    });
  }

  /** @param last the last message of the session whose answer is continued */
  async continue(answer: ShownAnswer, last = this.host.end()): Promise<void> {
    const { id, state } = answer;
    if (!this.asker.isIdle()) return;
    const index = this.#indexOf(answer);
    answer.restart();
    await this.#ask({
      asked: { continue_from: id },
      from: index < 0 ? index : index + 1,
      entries: [],
      answer,
      last,
      refused: (error) => {
        answer.identify(id);
        answer.update(state);
        void this.host.refused({ error, again: () => void this.continue(answer, last) });
      },
    });
  }

  /** @param last the last message of what the edited question replaces */
  async edit(old: ShownQuestion, text: string, last = this.host.end()): Promise<void> {
    const { sessionId, signal } = this.host.session();
    await this.#learnId(old).catch(() => undefined);
    if (signal.aborted) return this.host.giveBack(text, sessionId);
    const from = this.#indexOf(old);
    const question = this.factory.question(text);
    const answer = this.factory.answer([...this.messages.entries.slice(0, from), question]);
    await this.#ask({
      asked: { message: text, replaces: old.id },
      from,
      entries: [question, answer],
      answer,
      last,
      refused: (error) => {
        const again = () => void this.edit(old, text, last);
        void this.host.refused({ error, again }).then(() => this.#keepEdit(old, text, sessionId));
      },
    });
  }

  /** Follows an answer that was found running. */
  async attach(answer: ShownAnswer): Promise<void> {
    const session = this.host.session();
    await this.asker.attach(answer, session);
    if (answer.versions.length > 0) await this.#learn(session);
  }

  /** The text goes back into the editor, or into the message box where its question is gone. */
  #keepEdit(old: ShownQuestion, text: string, sessionId: string): void {
    const question = this.messages.entries[this.#indexOf(old)];
    if (question?.role !== 'user' || !question.edit(text)) this.host.giveBack(text, sessionId);
  }

  /** A session that was loaded again has other entries for the same messages. */
  #indexOf({ id }: ShownMessage): number {
    return this.messages.entries.findIndex((entry) => entry.id === id);
  }

  /** What the service calls a question that the page has asked: the message before its answer. */
  async #learnId(question: ShownQuestion): Promise<void> {
    const answer = this.messages.entries[this.messages.entries.indexOf(question) + 1];
    if (question.isStored || !answer) return;
    const { sessionId, signal } = this.host.session();
    const { history } = await getHistory(sessionId, { before: answer.id, limit: 1 }, signal);
    const [stored] = history;
    if (stored?.role === 'user') question.identify(stored.id, stored.versions);
  }

  /** Asks the service for what the stream does not tell of the last turn: ids, versions, who wrote what. */
  async #learn({ sessionId, signal }: OpenSession): Promise<void> {
    if (signal.aborted) return;
    const page = await getHistory(sessionId, { limit: 2 }, signal).catch(() => undefined);
    const [storedQuestion, storedAnswer] = page?.history ?? [];
    const [question, answer] = this.messages.entries.slice(-2);
    if (!storedQuestion || !storedAnswer || answer?.role !== 'assistant' || answer.id !== storedAnswer.id) return;
    if (question?.role === 'user') question.identify(storedQuestion.id, storedQuestion.versions);
    answer.identify(storedAnswer.id, storedAnswer.versions);
    // A continued answer begins with an earlier one's text, which the stream does not tell from its own.
    if (!answer.state.running) answer.update({ ...answer.state, attempts: attemptsOf(storedAnswer) });
  }

  async #ask({ last, ...turn }: Request): Promise<void> {
    // While it was prepared, an answer that runs elsewhere may have been found.
    if (!this.asker.isIdle()) return turn.refused(new BusyError());
    if (turn.from < 0) return turn.refused(new MovedOnError());
    const session = this.host.session();
    this.host.asking();
    const check = (signal: AbortSignal): Promise<void> => expectEnd(session.sessionId, last, signal);
    await this.asker.ask({ settings: this.host.settings(), ...turn, check }, session);
    // What replaced something else is a version of it.
    const isNew = 'message' in turn.asked && turn.asked.replaces === undefined;
    if (!isNew) await this.#learn(session);
  }
}
