import type { Message } from '../../../src/wire/message.js';
import type { ShownMessage, ShownMessages } from './shown-messages.js';

/**
 * Shows `messages`, the last of a session, as `fresh` entries. Those that are shown already stay as they are, with what
 * their reader does there, unless another version is shown (`isEarlier`). True if nothing older is shown.
 */
export function renew(
  shown: ShownMessages,
  messages: readonly Message[],
  fresh: readonly ShownMessage[],
  isEarlier: boolean,
): boolean {
  const known = isEarlier ? undefined : knownOf(messages, shown.entries);
  if (known) shown.renewFrom(known.start + known.count, fresh.slice(known.count));
  else shown.reset(fresh);
  return known === undefined || known.start === 0;
}

/** Moves the text of open editors from `before` to the same questions in `after`; gives the texts that found none. */
export function carryEdits(before: readonly ShownMessage[], after: readonly ShownMessage[]): string[] {
  return before.flatMap((entry) => {
    const text = entry.role === 'user' ? entry.edited : undefined;
    if (text === undefined || after.includes(entry)) return [];
    const same = after.find((other) => other.id === entry.id);
    return same?.role === 'user' && same.edit(text) ? [] : text;
  });
}

/** The first `count` of some messages are shown already, from the entry at `start` on. */
interface Known {
  readonly start: number;
  readonly count: number;
}

/** What `entries` show of `messages`; undefined where the two have nothing in common. */
function knownOf(messages: readonly Message[], entries: readonly ShownMessage[]): Known | undefined {
  const start = startBy(isMessage, messages, entries) ?? startBy(shows, messages, entries);
  if (start === undefined || start < 0) return undefined;
  const end = messages.findIndex((message, i) => !shows(entries[start + i], message));
  const count = end < 0 ? messages.length : end;
  return count === 0 ? undefined : { start, count };
}

type Comparison = (entry: ShownMessage | undefined, message: Message) => boolean;

/** The index of the entry at which `messages` start, by the first of them that is found among the entries. */
function startBy(
  isSame: Comparison,
  messages: readonly Message[],
  entries: readonly ShownMessage[],
): number | undefined {
  for (const [i, message] of messages.entries()) {
    const index = entries.findIndex((entry) => isSame(entry, message));
    if (index >= 0) return index - i;
  }
  return undefined;
}

function isMessage(entry: ShownMessage | undefined, { id }: Message): boolean {
  return entry?.id === id;
}

function shows(entry: ShownMessage | undefined, message: Message): boolean {
  if (entry?.role !== message.role) return false;
  if (entry.role === 'assistant') return isMessage(entry, message) && entry.state.text === message.content;
  // A question that was asked here has an id of the page's own at first.
  return isMessage(entry, message) || (!entry.isStored && entry.text === message.content);
}
