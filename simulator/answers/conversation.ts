/** A chat request's messages, reduced to what decides the answer. */
export interface IncomingMessage {
  role: string;
  content: string;
  prefix: boolean;
}

export interface Turn {
  /** What tools gave back since the question, if that is what the answer is to be about. */
  results: readonly string[];
  /** The user's question. */
  question: string;
  /** The part of its answer to continue; empty for a fresh one. */
  partial: string;
  continuation: 'none' | 'prefix' | 'instruction';
}

const QUOTE_CODE_POINTS = 32;

/** The last 32 code points of a text. */
export function tailOf(text: string): string {
  return [...text.slice(-2 * QUOTE_CODE_POINTS)].slice(-QUOTE_CODE_POINTS).join('');
}

/** The messages of a request body, whatever else it holds. */
export function messagesOf(body: unknown): IncomingMessage[] {
  if (typeof body !== 'object' || body === null || !('messages' in body) || !Array.isArray(body.messages)) return [];
  const messages: readonly unknown[] = body.messages;
  return messages.map((message) => {
    const fields = isRecord(message) ? message : {};
    return {
      role: typeof fields.role === 'string' ? fields.role : '',
      content: textOf(fields.content),
      prefix: fields.prefix === true,
    };
  });
}

/** Finds what was asked: an assistant message at the end is continued, and so is one that a user turn asks to continue. */
export function readTurn(messages: readonly IncomingMessage[]): Turn {
  const last = messages.at(-1);
  const before = messages.at(-2);
  if (last?.role === 'assistant' && last.prefix) {
    return { ...asked(messages.slice(0, -1)), partial: last.content, continuation: 'prefix' };
  }
  if (last?.role === 'user' && before?.role === 'assistant' && asksToContinue(last.content, before.content)) {
    return { ...asked(messages.slice(0, -2)), partial: before.content, continuation: 'instruction' };
  }
  return { ...asked(messages), partial: '', continuation: 'none' };
}

function asked(messages: readonly IncomingMessage[]): Pick<Turn, 'question' | 'results'> {
  const results = messages.slice(messages.findLastIndex((message) => message.role !== 'tool') + 1);
  return { question: lastQuestion(messages), results: results.map((message) => message.content) };
}

function asksToContinue(instruction: string, partial: string): boolean {
  const tail = tailOf(partial);
  if (tail === '' || !/continu/i.test(instruction)) return false;
  const quotations = [tail, tail.trim(), JSON.stringify(tail).slice(1, -1)];
  return quotations.some((quotation) => quotation !== '' && instruction.includes(quotation));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lastQuestion(messages: readonly IncomingMessage[]): string {
  return messages.findLast((message) => message.role === 'user')?.content ?? '';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts: readonly unknown[] = content;
  return parts
    .map((part) =>
      typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? part.text : '',
    )
    .join('');
}
