import type { Message } from '../../../src/wire/message.js';
import { AnswerEntry } from '../view/answer-entry.js';
import { QuestionEntry } from '../view/question-entry.js';
import type { Transcript } from '../view/transcript.js';
import type { TranscriptEntry } from '../view/transcript-entry.js';

/**
 * Shows `messages`, the last of a session, as `fresh` entries. Those that are shown already stay as they are, with what their
 * reader does there, unless another version is shown (`isPast`). True if nothing older is shown.
 */
export function renew(
  transcript: Transcript,
  messages: readonly Message[],
  fresh: readonly TranscriptEntry[],
  isPast: boolean,
): boolean {
  const known = isPast ? undefined : knownOf(messages, transcript.entries);
  if (known) transcript.renewFrom(known.start + known.count, fresh.slice(known.count));
  else transcript.reset(fresh);
  return known === undefined || known.start === 0;
}

/**
 * What was being written in the editors of `before`: it goes on in the editors of `after`, where the same questions are.
 * Gives the texts of those that are not.
 */
export function carryEdits(before: readonly TranscriptEntry[], after: readonly TranscriptEntry[]): string[] {
  const homeless: string[] = [];
  for (const entry of before) {
    const { edited: text, id } = entry;
    if (text === undefined || after.includes(entry)) continue;
    const same = after.find((other) => other.id === id);
    if (!(same instanceof QuestionEntry && same.edit(text))) homeless.push(text);
  }
  return homeless;
}

/** The first `count` of some messages are shown already, from the entry at `start` on. */
interface Known {
  readonly start: number;
  readonly count: number;
}

/** What `entries` show of `messages`, as both are now; undefined where the two have nothing in common. */
function knownOf(messages: readonly Message[], entries: readonly TranscriptEntry[]): Known | undefined {
  const start = startBy(isMessage, messages, entries) ?? startBy(shows, messages, entries);
  if (start === undefined || start < 0) return undefined;
  const end = messages.findIndex((message, i) => !shows(entries[start + i], message));
  const count = end < 0 ? messages.length : end;
  return count === 0 ? undefined : { start, count };
}

type Comparison = (entry: TranscriptEntry | undefined, message: Message) => boolean;

/** The index of the entry at which `messages` begin, by the first of them that is found among the entries. */
function startBy(
  isSame: Comparison,
  messages: readonly Message[],
  entries: readonly TranscriptEntry[],
): number | undefined {
  for (const [i, message] of messages.entries()) {
    const index = entries.findIndex((entry) => isSame(entry, message));
    if (index >= 0) return index - i;
  }
  return undefined;
}

function isMessage(entry: TranscriptEntry | undefined, { id }: Message): boolean {
  return entry?.id === id;
}

function shows(entry: TranscriptEntry | undefined, message: Message): boolean {
  if (entry instanceof AnswerEntry) return isMessage(entry, message) && entry.state.text === message.content;
  if (!(entry instanceof QuestionEntry) || message.role !== 'user') return false;
  // What the service calls a question that was asked here, nobody has told the page.
  return isMessage(entry, message) || (!entry.isStored && entry.text === message.content);
}
