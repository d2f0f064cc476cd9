import { readDraft, writeDraft } from '../state/drafts.js';
import type { Composer } from '../view/composer.js';
import type { Notice } from '../view/notice.js';
import { WithdrawnError } from './asker.js';
import type { Conversation } from './conversation.js';
import { failureText, waitFor } from './failure-text.js';
import type { Refusal } from './turns.js';

/** What was written and has not been taken yet: sends it, keeps it as a draft, and gives it back where it was refused. */
export class Outbox {
  constructor(
    private readonly conversation: Conversation,
    private readonly composer: Composer,
    private readonly notice: Notice,
  ) {}

  send(text: string): void {
    this.composer.text = '';
    void this.conversation.send(text);
  }

  /** Keeps what is in the composer for the session that is shown. */
  keep(): void {
    writeDraft(this.conversation.sessionId, this.composer.text);
  }

  /** Puts the draft of the session that is shown into the composer. */
  restore(): void {
    this.composer.text = readDraft(this.conversation.sessionId);
  }

  /** Takes `texts`, and what is in the composer, to the session that `go` leads to. */
  carry(texts: readonly string[], go: () => void): void {
    const kept = [...texts, this.composer.text];
    this.composer.text = '';
    this.keep();
    go();
    this.giveBack(kept.filter(Boolean).join('\n\n'));
  }

  refused({ error, text, again }: Refusal): void {
    if (text !== undefined) this.giveBack(text);
    if (error instanceof WithdrawnError) return this.notice.clear();
    const reason = failureText(error);
    const ms = waitFor(error);
    if (ms === undefined) this.notice.error(text === undefined ? reason : `${reason} Your text is kept.`);
    else if (text === undefined) this.notice.countdown(`${reason} It will be asked again by itself in`, ms, again);
    else this.notice.countdown(`${reason} Your text is kept and will be sent by itself in`, ms, this.#resend);
  }

  /** Puts `text` into the composer, before what was typed meanwhile. */
  giveBack(text: string): void {
    this.composer.text = [text, this.composer.text].filter(Boolean).join('\n\n');
    this.keep();
  }

  readonly #resend = (): void => {
    if (this.composer.text.trim() !== '') this.send(this.composer.text);
  };
}
