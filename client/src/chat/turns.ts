import { getHistory, type Asked, type QuestionSettings } from '../api/chat-api.js';
import type { AnswerEntry } from '../view/answer-entry.js';
import { QuestionEntry } from '../view/question-entry.js';
import type { TranscriptEntry } from '../view/transcript-entry.js';
import type { Transcript } from '../view/transcript.js';
import type { Asker, SessionKey, Turn } from './asker.js';
import { BusyError, expectEnd, MovedOnError } from './expect-end.js';
import type { MessageEntries } from '../view/message-entries.js';

/** What was asked could not be; `again` asks it once more. */
export interface Refusal {
  readonly error: unknown;
  /** The text goes back to its writer. */
  readonly text?: string;
  readonly again: () => void;
}

interface Request extends Omit<Turn, 'settings' | 'check'> {
  readonly asked: Asked;
  readonly settings?: QuestionSettings;
  /** The message that the session ends in where it is what is shown. */
  readonly last: string | undefined;
}

export interface TurnsEvents {
  /** The settings that the next question is sent with. */
  settings(): QuestionSettings;
  /** Something is about to be asked, and what had the focus may be gone. */
  asking(): void;
  /** The last message of the current version, as far as the page knows it. */
  end(): string | undefined;
  /** Resolves when the page shows what the service has, where that differs. */
  refused(refusal: Refusal): Promise<void>;
  /** Puts the text of an edit into the message box, because its question is not shown any more. */
  giveBack(text: string): void;
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
  async send(text: string, last = this.events.end()): Promise<void> {
    const question = this.entries.question(text);
    const before = this.transcript.entries;
    const answer = this.entries.answer([...before, question]);
    await this.#ask({
      asked: { message: text },
      from: before.length,
      entries: [question, answer],
      answer,
      last,
      refused: (error) => void this.events.refused({ error, text, again: () => void this.send(text) }),
    });
  }

  /** @param last the last message of what the new answer takes the place of */
  async regenerate(old: AnswerEntry, provider?: string, last = this.events.end()): Promise<void> {
    const from = this.#indexOf(old);
    const answer = this.entries.answer(this.transcript.entries.slice(0, from));
    const { model: _, ...settings } = this.events.settings();
    await this.#ask({
      asked: { regenerate: old.id },
      ...(provider === undefined ? {} : { settings: { ...settings, provider } }),
      from,
      entries: [answer],
      answer,
      last,
      refused: (error) => void this.events.refused({ error, again: () => void this.regenerate(old, provider, last) }),
    });
  }

  /** @param last the last message of the session where the answer goes on */
  async goOn(answer: AnswerEntry, last = this.events.end()): Promise<void> {
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
        void this.events.refused({ error, again: () => void this.goOn(answer, last) });
      },
    });
  }

  /** @param last the last message of what the edited question takes the place of */
  async edit(old: QuestionEntry, text: string, last = this.events.end()): Promise<void> {
    await this.#learnId(old).catch(() => undefined);
    const from = this.#indexOf(old);
    const question = this.entries.question(text);
    const answer = this.entries.answer([...this.transcript.entries.slice(0, from), question]);
    await this.#ask({
      asked: { message: text, replaces: old.id },
      from,
      entries: [question, answer],
      answer,
      last,
      refused: (error) => {
        const again = () => void this.edit(old, text, last);
        void this.events.refused({ error, again }).then(() => this.#keepEdit(old, text));
      },
    });
  }

  /** The text goes back into the editor, or into the message box where its question is gone. */
  #keepEdit(old: QuestionEntry, text: string): void {
    const question = this.transcript.entries[this.#indexOf(old)];
    if (!(question instanceof QuestionEntry) || !question.edit(text)) this.events.giveBack(text);
  }

  /** A session that was loaded again has other entries for the same messages. */
  #indexOf({ id }: TranscriptEntry): number {
    return this.transcript.entries.findIndex((entry) => entry.id === id);
  }

  /** What the service calls a question that the page has asked: the message before its answer. */
  async #learnId(question: QuestionEntry): Promise<void> {
    const answer = this.transcript.entries[this.transcript.entries.indexOf(question) + 1];
    if (question.isStored || !answer) return;
    const { sessionId, signal } = this.session();
    const { history } = await getHistory(sessionId, { before: answer.id, limit: 1 }, signal);
    const [stored] = history;
    if (stored?.role === 'user') question.identify(stored.id, stored.versions);
  }

  /** The versions of the last turn, and what the service calls its question. */
  async #learnIds(): Promise<void> {
    const { sessionId, signal } = this.session();
    const { history } = await getHistory(sessionId, { limit: 2 }, signal);
    const [question, answer] = this.transcript.entries.slice(-2);
    const [storedQuestion, storedAnswer] = history;
    if (answer?.id !== storedAnswer?.id || !(question instanceof QuestionEntry) || !storedQuestion) return;
    question.identify(storedQuestion.id, storedQuestion.versions);
    (answer as AnswerEntry).setVersions(storedAnswer?.versions ?? []);
  }

  async #ask({ last, ...turn }: Request): Promise<void> {
    // While it was got ready, an answer that runs elsewhere may have been found.
    if (!this.asker.isIdle()) return turn.refused(new BusyError());
    if (turn.from < 0) return turn.refused(new MovedOnError());
    const { signal, ...session } = this.session();
    this.events.asking();
    const check = (whole: AbortSignal): Promise<void> => expectEnd(session, last, whole);
    await this.asker.ask({ settings: this.events.settings(), ...turn, check }, session, signal);
    // What took the place of something else is a version of it.
    const isNew = 'message' in turn.asked && turn.asked.replaces === undefined;
    if (!isNew && !signal.aborted) await this.#learnIds().catch(() => undefined);
  }
}
