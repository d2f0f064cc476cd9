import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Answer } from '../../chat/answer/answer.js';
import { KeepAlive } from '../../chat/reading/keep-alive.js';
import type { AnswerReader } from '../../chat/reading/answer-reader.js';
import type { AskedCompletion } from '../request/asked-completion.js';
import { CompletionStream } from './completion-stream.js';
import { wholeCompletion } from './whole-completion.js';

/**
 * How long the headers of a stream wait for the first words, in milliseconds: longer than one provider may take for its
 * first token, shorter than proxies wait for a response.
 */
export const HEADERS_WAIT_MS = Symbol('HEADERS_WAIT_MS');
export const DEFAULT_HEADERS_WAIT_MS = 25_000;

/** Shows answers to OpenAI's clients. */
@Injectable()
export class CompletionReplies {
  constructor(
    private readonly keepAlive: KeepAlive,
    @Inject(HEADERS_WAIT_MS) private readonly headersWaitMs: number,
  ) {}

  /**
   * Resolves when the reply was sent, or the reader left, which ends the answer.
   * @throws ProblemException where the answer failed before anything was sent
   */
  async send(reader: AnswerReader, answer: Answer, asked: AskedCompletion, response: Response): Promise<void> {
    reader.enter(answer);
    if (asked.reply.stream) await this.#stream(reader, answer, asked, response);
    else response.status(200).json(await wholeCompletion(answer, asked, response));
  }

  async #stream(reader: AnswerReader, answer: Answer, asked: AskedCompletion, response: Response): Promise<void> {
    if (response.closed || response.destroyed) return;
    const stream = new CompletionStream(answer, asked, response, () => {
      clearTimeout(wait);
      reader.openStream();
      response.once('close', this.keepAlive.watch(stream, answer.log));
    });
    const wait = setTimeout(() => stream.begin(), this.headersWaitMs).unref();
    response.once('close', () => {
      clearTimeout(wait);
      stream.leave();
    });
    stream.read();
    await stream.over;
  }
}
