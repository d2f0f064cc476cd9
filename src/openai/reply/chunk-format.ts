import type { ToolCallEvent } from '../../wire/answer-event.js';
import type { OpenAiError } from '../openai-error.js';
import type { OpenAiFinish } from './finish-reason.js';
import type { OpenAiUsage } from './openai-usage.js';

export const DONE = 'data: [DONE]\n\n';

/** What all chunks of a stream have in common. */
interface Completion {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  /** Every chunk then has a `usage`, null but for the last. */
  readonly includeUsage: boolean;
}

/** Chunks of one stream, as finished Server-Sent Events. What is the same in all of them is encoded once. */
export class ChunkFormat {
  readonly #head: string;
  readonly #usage: string;

  constructor({ id, created, model, includeUsage }: Completion) {
    const common = JSON.stringify({ id, object: 'chat.completion.chunk', created, model });
    this.#head = `data: ${common.slice(0, -1)},"choices":[`;
    this.#usage = includeUsage ? ',"usage":null' : '';
  }

  /** The first chunk. @param text whether what follows is text: of tool calls the content is null */
  role(text: boolean): string {
    return this.#delta(`{"role":"assistant","content":${text ? '""' : 'null'}}`);
  }

  /** @param json the text, as a JSON string */
  content(json: string): string {
    return this.#delta(`{"content":${json}}`);
  }

  /** @param json the text, as a JSON string */
  reasoning(json: string): string {
    return this.#delta(`{"reasoning_content":${json}}`);
  }

  toolCall({ index, id, name, arguments: given }: ToolCallEvent): string {
    const call =
      id === undefined
        ? { index, function: { arguments: given } }
        : { index, id, type: 'function', function: { name, arguments: given } };
    return this.#delta(JSON.stringify({ tool_calls: [call] }));
  }

  /** A chunk that says nothing to clients but those that look for Rondo's events. @param json the event */
  event(json: string): string {
    return this.#delta('{}', 'null', `,"rondo":${json}`);
  }

  /** @param json Rondo's `done` event, where it is asked for */
  finish(reason: OpenAiFinish, json: string | undefined): string {
    return this.#delta('{}', `"${reason}"`, json === undefined ? '' : `,"rondo":${json}`);
  }

  usage(usage: OpenAiUsage): string {
    return `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }

  #delta(delta: string, finish = 'null', more = ''): string {
    return `${this.#head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${this.#usage}${more}}\n\n`;
  }
}

/** The end of a stream that can't be completed; no `[DONE]` follows. @param json Rondo's `error` event, where it is asked for */
export function errorChunk(error: OpenAiError, json: string | undefined): string {
  const envelope = JSON.stringify(error);
  return `data: ${json === undefined ? envelope : `${envelope.slice(0, -1)},"rondo":${json}}`}\n\n`;
}
