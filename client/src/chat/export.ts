import type { Message } from '../../../src/wire/message.js';
import { getHistory } from '../api/chat-api.js';

const PAGE = 200;

export type ExportFormat = 'markdown' | 'json';

/** Downloads a whole session as a file. */
export async function exportSession(sessionId: string, title: string, format: ExportFormat): Promise<void> {
  const messages = await allMessages(sessionId);
  const content = format === 'json' ? toJson(sessionId, title, messages) : toMarkdown(title, messages);
  const type = format === 'json' ? 'application/json' : 'text/markdown';
  download(new Blob([content], { type }), `${fileName(title)}.${format === 'json' ? 'json' : 'md'}`);
}

async function allMessages(sessionId: string): Promise<Message[]> {
  let messages: Message[] = [];
  for (let before: string | undefined; ; before = messages[0]?.id) {
    const page = await getHistory(sessionId, { limit: PAGE, ...(before === undefined ? {} : { before }) });
    messages = [...page.history, ...messages];
    if (!page.has_more || page.history.length === 0) return messages;
  }
}

export function toJson(sessionId: string, title: string, messages: readonly Message[]): string {
  return `${JSON.stringify({ session_id: sessionId, title, messages }, undefined, 2)}\n`;
}

/** Each answer says who wrote it and how it ended, as the page does. */
export function toMarkdown(title: string, messages: readonly Message[]): string {
  const parts = messages.map((message) => `## ${heading(message)}\n\n${message.content.trimEnd()}\n`);
  return `# ${title}\n\n${parts.join('\n')}`;
}

function heading({ role, content, provider, model, tokens, accurate, status }: Message): string {
  if (role === 'user') return 'You';
  // The last provider that failed has written nothing.
  const isEmpty = status === 'failed' && content === '';
  const who = isEmpty ? '' : [provider, model].filter((name) => name !== undefined).join(' · ');
  const count = tokens === undefined ? '' : ` · ${accurate ? 'ACU' : 'EST'} ${tokens} tokens`;
  return `${who || 'Answer'}${count}${status === 'complete' ? '' : ` · ${status}`}`;
}

function fileName(title: string): string {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return name.slice(0, 60) || 'chat';
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
