import type { Response } from 'express';
import type { Answer } from '../../chat/answer/answer.js';
import { START } from '../../chat/answer/cursor.js';
import type { AnswerEvent } from '../../wire/answer-event.js';
import type { AskedCompletion } from '../request/asked-completion.js';
import { failureOf, stopped } from './failure.js';
import { openAiFinish, type OpenAiFinish } from './finish-reason.js';
import { openAiUsage, type OpenAiUsage } from './openai-usage.js';
import { modelOf, setRondoHeaders } from './rondo-headers.js';

/** The body of an answer that doesn't stream. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: [{ index: 0; message: CompletionMessage; logprobs: null; finish_reason: OpenAiFinish }];
  usage: OpenAiUsage;
  rondo?: { events: AnswerEvent[] };
}

interface CompletionMessage {
  role: 'assistant';
  content: string | null;
  refusal: null;
  reasoning_content?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
}

/**
 * The whole answer once it has ended.
 * @throws ProblemException where it could not be completed
 */
export async function wholeCompletion(
  answer: Answer,
  asked: AskedCompletion,
  response: Response,
): Promise<ChatCompletion> {
  await answer.ended;
  setRondoHeaders(response, answer);
  const { error, finish_reason: reason = 'stop' } = answer.message();
  if (error !== undefined) throw failureOf(error, answer.refusedField);
  const finish = openAiFinish(reason, answer.log.calledTools);
  if (finish === undefined) throw stopped();
  return {
    id: `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: Math.floor(answer.createdAt / 1000),
    model: modelOf(answer, asked.model),
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: finish }],
    usage: openAiUsage(answer.log.usage),
    ...(asked.reply.events ? { rondo: { events: eventsOf(answer) } } : {}),
  };
}

/** All events but those of which the message is made. */
function eventsOf({ log }: Answer): AnswerEvent[] {
  return [...log.after(START)].flatMap(({ said }) => ('json' in said || said.type === 'tool_call' ? [] : said));
}

function messageOf({ log: { text, reasoning, toolCalls } }: Answer): CompletionMessage {
  return {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(callOf) }),
  };
}

function callOf({ id, name, arguments: given }: { id: string; name: string; arguments: string }) {
  return { id, type: 'function' as const, function: { name, arguments: given } };
}
