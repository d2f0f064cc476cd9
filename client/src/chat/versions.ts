import type { ReplyOrder } from '../state/reply-order.js';
import type { OpenSession } from './asker.js';
import { versionMessages } from './find-messages.js';
import type { MessageFactory, ShownMessage, ShownMessages } from './shown-messages.js';

/** From some message on, an earlier version is shown. */
interface Earlier {
  /** The id of that message's first version. */
  readonly first: string;
  /** The last message of the current version. */
  readonly end: string | undefined;
}

/** Which version of the conversation is shown: what is asked goes on from the current one. */
export class Versions {
  #earlier: Earlier | undefined;

  /** @param reading an earlier version is shown, and what is asked goes on from version `current`; undefined: from what is shown */
  constructor(
    private readonly messages: ShownMessages,
    private readonly factory: MessageFactory,
    private readonly order: ReplyOrder,
    private readonly reading: (current: number | undefined) => void,
  ) {}

  /** Whether the current version is shown. */
  isCurrent(): boolean {
    return this.#earlier === undefined;
  }

  /** The last message of the current version, as far as the page knows it. */
  get end(): string | undefined {
    return this.#earlier ? this.#earlier.end : this.messages.entries.at(-1)?.id;
  }

  /** The current version is shown. */
  reset(): void {
    this.#earlier = undefined;
    this.reading(undefined);
  }

  /** Shows version `id` of a message, with what followed it then. */
  async show({ versions }: ShownMessage, id: string, session: OpenSession): Promise<void> {
    const [first] = versions;
    if (first === undefined) return;
    const isNews = this.order.sent();
    const messages = await versionMessages(session, id);
    // Another version of it may have been shown meanwhile.
    const index = this.messages.entries.findIndex((entry) => entry.versions[0] === first);
    if (session.signal.aborted || index < 0 || !isNews()) return;
    const isCurrent = id === versions.at(-1) && (this.#earlier?.first ?? first) === first;
    if (isCurrent) this.reset();
    else if (!this.#earlier) {
      this.#earlier = { first, end: this.end };
      this.reading(versions.length);
    }
    const shown = this.factory.stored(messages, !isCurrent);
    this.messages.swapFrom(index, shown);
    shown[0]?.focusVersions();
  }
}
