import { Injectable } from '@nestjs/common';
import type { ChatMessage } from '../../src/providers/completion.js';
import { TokenEstimator, type TokenFamily } from '../../src/providers/tokens/token-estimator.js';

const WORDS = new Intl.Segmenter('und', { granularity: 'word' });
const SLICE = 1024;
const TOKENS_PER_WORD = 1.3;
const PER_MESSAGE = 4;
const PER_ANSWER: Readonly<Record<TokenFamily, number>> = { 'gpt-oss': 15, thinking: 3, plain: 1 };

/** Counts words, as Unicode cuts them, in slices with a break between them: no table, no thread. */
@Injectable()
export class WordsEstimator extends TokenEstimator {
  override async estimatePrompt(messages: readonly ChatMessage[]): Promise<number> {
    let tokens = 0;
    for (const { content } of messages) tokens += PER_MESSAGE + (await countWords(content));
    return tokens;
  }

  override async estimateCompletion(text: string, family: TokenFamily): Promise<number> {
    return text === '' ? 0 : PER_ANSWER[family] + (await countWords(text));
  }
}

async function countWords(text: string): Promise<number> {
  let words = 0;
  for (let at = 0; at < text.length; at += SLICE) {
    for (const { segment } of WORDS.segment(text.slice(at, at + SLICE))) if (segment.trim() !== '') words += 1;
    await new Promise(setImmediate);
  }
  return Math.ceil(words * TOKENS_PER_WORD);
}
