import { getHistory, type Asked, type QuestionSettings } from '../api/chat-api.js';
import type { AnswerEntry } from '../view/answer-entry.js';
import { QuestionEntry } from '../view/question-entry.js';
import type { Transcript } from '../view/transcript.js';
import type { Asker, SessionKey, Turn } from './asker.js';
import { BusyError, expectEnd } from './expect-end.js';
import type { MessageEntries } from './message-entries.js';

/** What was asked could not be; `again` asks it once more. */
export interface Refusal {
  readonly error: unknown;
  /** The text goes back to its writer. */
  readonly text?: string;
  readonly again: () => void;
}

export interface TurnsEvents {
  /** The settings that the next question is sent with. */
  settings(): QuestionSettings;
  /** Something is about to be asked, and what had the focus may be gone. */
  asking(): void;
  refused(refusal: Refusal): Promise<void>;
}

/** The ways to ask: something new, in other words, once more, or to go on. */
export class Turns {
  constructor(
    private readonly transcript: Transcript,
    private readonly entries: MessageEntries,
    private readonly asker: Asker,
    private readonly session: () => SessionKey & { signal: AbortSignal },
    private readonly events: TurnsEvents,
  ) {}

  /** @param last the message that the question is to follow */
  async send(text: string, last = this.transcript.entries.at(-1)?.id): Promise<void> {
    const question = this.entries.question(text);
    const before = this.transcript.entries;
    const answer = this.entries.answer([...before, question]);
    await this.#ask({
      asked: { message: text },
      from: before.length,
      entries: [question, answer],
      answer,
      check: (signal) => expectEnd(this.session(), last, signal),
      refused: (error) => void this.events.refused({ error, text, again: () => void this.send(text) }),
    });
  }

  async regenerate(old: AnswerEntry, provider?: string): Promise<void> {
    const from = this.transcript.entries.indexOf(old);
    const answer = this.entries.answer(this.transcript.entries.slice(0, from));
    const { model: _, ...settings } = this.events.settings();
    await this.#ask({
      asked: { regenerate: old.id },
      ...(provider === undefined ? {} : { settings: { ...settings, provider } }),
      from,
      entries: [answer],
      answer,
      refused: (error) => void this.events.refused({ error, again: () => void this.regenerate(old, provider) }),
    });
  }

  async goOn(answer: AnswerEntry): Promise<void> {
    const { id, state } = answer;
    if (!this.asker.isIdle()) return;
    answer.restart();
    await this.#ask({
      asked: { continue_from: id },
      from: this.transcript.entries.indexOf(answer) + 1,
      entries: [],
      answer,
      refused: (error) => {
        answer.identify(id);
        answer.update(state);
        void this.events.refused({ error, again: () => void this.goOn(answer) });
      },
    });
  }

  async edit(old: QuestionEntry, text: string): Promise<void> {
    await this.#learnId(old).catch(() => undefined);
    const from = this.transcript.entries.indexOf(old);
    const question = this.entries.question(text);
    const answer = this.entries.answer([...this.transcript.entries.slice(0, from), question]);
    await this.#ask({
      asked: { message: text, replaces: old.id },
      from,
      entries: [question, answer],
      answer,
      refused: (error) => {
        const again = () => void this.edit(old, text);
        void this.events.refused({ error, again }).then(() => old.edit(text));
      },
    });
  }

  /** What the service calls a question that the page has asked: the message before its answer. */
  async #learnId(question: QuestionEntry): Promise<void> {
    const answer = this.transcript.entries[this.transcript.entries.indexOf(question) + 1];
    if (question.isStored || !answer) return;
    const { userId, sessionId, signal } = this.session();
    const { history } = await getHistory(userId, sessionId, { before: answer.id, limit: 1 }, signal);
    const [stored] = history;
    if (stored?.role === 'user') question.identify(stored.id, stored.versions);
  }

  /** The versions of the last turn, and what the service calls its question. */
  async #learnIds(): Promise<void> {
    const { userId, sessionId, signal } = this.session();
    const { history } = await getHistory(userId, sessionId, { limit: 2 }, signal);
    const [question, answer] = this.transcript.entries.slice(-2);
    const [storedQuestion, storedAnswer] = history;
    if (answer?.id !== storedAnswer?.id || !(question instanceof QuestionEntry) || !storedQuestion) return;
    question.identify(storedQuestion.id, storedQuestion.versions);
    (answer as AnswerEntry).setVersions(storedAnswer?.versions ?? []);
  }

  async #ask(turn: Omit<Turn, 'settings'> & { asked: Asked; settings?: QuestionSettings }): Promise<void> {
    // While it was got ready, an answer that runs elsewhere may have been found.
    if (!this.asker.isIdle()) return turn.refused(new BusyError());
    const { signal, ...session } = this.session();
    this.events.asking();
    await this.asker.ask({ settings: this.events.settings(), ...turn }, session, signal);
    // What took the place of something else is a version of it.
    const isNew = 'message' in turn.asked && turn.asked.replaces === undefined;
    if (!isNew && !signal.aborted) await this.#learnIds().catch(() => undefined);
  }
}
