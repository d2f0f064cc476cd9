import type { Response } from 'express';
import type { LogReader } from '../../chat/answer/log-readers.js';
import type { Frame, Said } from '../../chat/answer/frame.js';
import type { Answer } from '../../chat/answer/answer.js';
import { START, type Cursor } from '../../chat/answer/cursor.js';
import type { KeepAliveComment, KeepAliveReader } from '../../chat/reading/keep-alive.js';
import type { ProblemException } from '../../http/problem.exception.js';
import type { DoneEvent, UsageEvent } from '../../wire/answer-event.js';
import { toOpenAiError } from '../openai-error.js';
import type { AskedCompletion } from '../request/asked-completion.js';
import { ChunkFormat, DONE, errorChunk } from './chunk-format.js';
import { failureOf, stopped } from './failure.js';
import { openAiFinish } from './finish-reason.js';
import { openAiUsage } from './openai-usage.js';
import { modelOf, setRondoHeaders } from './rondo-headers.js';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // nginx would gather what is to be seen at once.
  'X-Accel-Buffering': 'no',
};

/**
 * Reads an answer's log and tells it as OpenAI streams completions. Clients go by the status, so the headers wait for the
 * first thing said: until then the failure of all providers has a status of its own. A reader that doesn't keep up leaves
 * the log and goes on from where it was when its socket takes more.
 */
export class CompletionStream implements LogReader, KeepAliveReader {
  readonly #over = Promise.withResolvers<void>();
  #position: Cursor = START;
  #leaveLog: (() => void) | undefined;
  #format: ChunkFormat | undefined;
  /** Events from before the first chunk. */
  #held: string[] = [];
  #usage: UsageEvent | undefined;

  /** @param onBegin called when the headers leave */
  constructor(
    private readonly answer: Answer,
    private readonly asked: AskedCompletion,
    private readonly response: Response,
    private readonly onBegin: () => void,
  ) {}

  /** Resolves when all is written or the reader left; rejects with a ProblemException where the answer failed unheard. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Reads on, to the end. */
  read(): void {
    const { log } = this.answer;
    for (const frame of log.after(this.#position)) {
      this.#pass(frame);
      if (this.response.writableNeedDrain) return this.#fallBehind();
    }
    if (log.ended) this.complete();
    else this.#leaveLog = log.follow(this, this.#position);
  }

  /** The reader left. */
  leave(): void {
    this.#leaveLog?.();
    this.response.off('drain', this.#goOn);
    this.complete();
  }

  /** Waits for the first words no longer: whatever comes is told in the stream. */
  begin(): void {
    if (this.#format === undefined) this.#write(undefined, () => '');
  }

  next(frame: Frame): void {
    this.#pass(frame);
    if (this.response.writableNeedDrain) this.#fallBehind();
  }

  complete(): void {
    this.#over.resolve();
  }

  keepAlive({ comment }: KeepAliveComment): void {
    if (!this.response.writableEnded && !this.response.writableNeedDrain) this.response.write(`: ${comment}\n\n`);
  }

  #fallBehind(): void {
    this.#leaveLog?.();
    this.#leaveLog = undefined;
    this.response.once('drain', this.#goOn);
  }

  readonly #goOn = (): void => this.read();

  #pass({ said, data, after }: Frame): void {
    this.#position = after;
    switch (said.type) {
      case 'delta':
      case 'reasoning':
      case 'tool_call':
        this.#write(said, (format) => chunkOf(said, format));
        return;
      case 'usage':
        this.#usage = said;
        this.#event(data);
        return;
      case 'error':
        this.#fail(failureOf(said, this.answer.refusedField), data);
        return;
      case 'done':
        this.#finish(said, data);
        return;
      case 'provider':
      case 'rate_limited':
        this.#event(data);
    }
  }

  #finish(done: DoneEvent, json: string): void {
    const { events, includeUsage } = this.asked.reply;
    const finish = openAiFinish(done.finish_reason, this.answer.log.calledTools);
    if (finish === undefined) return this.#fail(stopped(), json);
    this.#write(done, (format) => {
      const usage = includeUsage ? format.usage(openAiUsage(this.#usage)) : '';
      return format.finish(finish, events ? json : undefined) + usage + DONE;
    });
    this.response.end();
  }

  /** A stream that was begun ends with the error and without `[DONE]`; what follows the first error is not heard. */
  #fail(failure: ProblemException, json: string): void {
    if (this.#format === undefined) {
      setRondoHeaders(this.response, this.answer);
      return this.#over.reject(failure);
    }
    if (this.response.writableEnded) return;
    const { events } = this.asked.reply;
    this.response.end(errorChunk(toOpenAiError(failure.problem), events ? json : undefined));
  }

  #event(json: string): void {
    if (!this.asked.reply.events || this.response.writableEnded) return;
    if (this.#format === undefined) this.#held.push(json);
    else this.#write(undefined, (format) => format.event(json));
  }

  #write(said: Said | undefined, chunk: (format: ChunkFormat) => string): void {
    const opened = this.#format;
    const format = opened ?? this.#open();
    const opening = opened === undefined ? this.#opening(format, said?.type === 'delta') : '';
    this.response.write(opening + chunk(format));
  }

  #opening(format: ChunkFormat, text: boolean): string {
    const held = this.#held.splice(0).map((json) => format.event(json));
    return format.role(text) + held.join('');
  }

  #open(): ChunkFormat {
    const { answer, asked, response } = this;
    this.#format = new ChunkFormat({
      id: `chatcmpl-${answer.id}`,
      created: Math.floor(answer.createdAt / 1000),
      model: modelOf(answer, asked.model),
      includeUsage: asked.reply.includeUsage,
    });
    setRondoHeaders(response, answer);
    response.writeHead(200, HEADERS);
    this.onBegin();
    return this.#format;
  }
}

function chunkOf(said: Extract<Said, { type: 'delta' | 'reasoning' | 'tool_call' }>, format: ChunkFormat): string {
  if (said.type === 'tool_call') return format.toolCall(said);
  return said.type === 'delta' ? format.content(said.json) : format.reasoning(said.json);
}
