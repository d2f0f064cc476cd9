/** A chat request's messages, reduced to what decides the answer. */
export interface IncomingMessage {
  role: string;
  content: string;
  prefix: boolean;
}

export interface Turn {
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
    const fields: Partial<Record<string, unknown>> =
      typeof message === 'object' && message !== null ? { ...message } : {};
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
    return { question: lastQuestion(messages.slice(0, -1)), partial: last.content, continuation: 'prefix' };
  }
  if (last?.role === 'user' && before?.role === 'assistant' && asksToContinue(last.content, before.content)) {
    return { question: lastQuestion(messages.slice(0, -2)), partial: before.content, continuation: 'instruction' };
  }
  return { question: lastQuestion(messages), partial: '', continuation: 'none' };
}

function asksToContinue(instruction: string, partial: string): boolean {
  const tail = tailOf(partial);
  if (tail === '' || !/continu/i.test(instruction)) return false;
  const quotations = [tail, tail.trim(), JSON.stringify(tail).slice(1, -1)];
  return quotations.some((quotation) => quotation !== '' && instruction.includes(quotation));
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
