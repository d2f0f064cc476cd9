import { readStored, writeStored } from '../state/storage.js';
import { WithdrawnError } from './asker.js';
import type { Conversation } from './conversation.js';
import { failureText, waitFor } from './refusals.js';
import type { Refusal } from './conversation-host.js';

const draftKey = (sessionId: string): string => `rondo.draft.${sessionId}`;

/** The message box. */
interface TextBox {
  text: string;
}

/** Where it is said that something could not be sent. */
interface NoticeBoard {
  clear(): void;
  error(text: string): void;
  countdown(text: string, ms: number, onEnd: () => void): void;
}

/** Text that was not taken yet: sends it, keeps it as a draft of its session, and gives it back where it was refused. */
export class Outbox {
  constructor(
    private readonly conversation: Conversation,
    private readonly box: TextBox,
    private readonly notice: NoticeBoard,
  ) {}

  send(text: string): void {
    this.box.text = '';
    void this.conversation.send(text);
  }

  /** Keeps what is in the box for the session that is shown. */
  keep(): void {
    writeStored(draftKey(this.conversation.sessionId), this.box.text);
  }

  /** Puts the draft of the session that is shown into the box. */
  restore(): void {
    this.box.text = readStored(draftKey(this.conversation.sessionId)) ?? '';
  }

  /** Takes `texts`, and what is in the box, to the session that `go` leads to. */
  carry(texts: readonly string[], go: () => void): void {
    const kept = [...texts, this.box.text];
    this.box.text = '';
    this.keep();
    go();
    this.giveBack(joined(kept), this.conversation.sessionId);
  }

  refused({ error, text, again }: Refusal): void {
    if (text !== undefined) this.giveBack(text, this.conversation.sessionId);
    if (error instanceof WithdrawnError) return this.notice.clear();
    const reason = failureText(error);
    const ms = waitFor(error);
    if (ms === undefined) this.notice.error(text === undefined ? reason : `${reason} Your text is kept.`);
    else if (text === undefined) this.notice.countdown(`${reason} It will be asked again by itself in`, ms, again);
    else this.notice.countdown(`${reason} Your text is kept and will be sent by itself in`, ms, this.#resend);
  }

  /** Puts `text` before what was typed meanwhile, in the box or in the draft of a session that is not shown. */
  giveBack(text: string, sessionId: string): void {
    if (sessionId !== this.conversation.sessionId) {
      const key = draftKey(sessionId);
      return writeStored(key, joined([text, readStored(key) ?? '']));
    }
    this.box.text = joined([text, this.box.text]);
    this.keep();
  }

  readonly #resend = (): void => {
    if (this.box.text.trim() !== '') this.send(this.box.text);
  };
}

function joined(texts: readonly string[]): string {
  return texts.filter(Boolean).join('\n\n');
}
