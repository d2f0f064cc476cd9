import { readStamp, STAMP_WIDTH } from '../answer-text.js';
import { readResponse } from './read-response.js';

/** How a target words its stream. */
export type Dialect = 'openai' | 'rondo' | 'ui-message';

interface Heard {
  text: string;
  /** Its last event said that it is complete. */
  ended: boolean;
}

/**
 * Undefined if these bytes of a response are the expected answer, whole; else in a few words what is wrong with it.
 * @param expected what follows the stamp
 */
export function faultOf(bytes: Buffer, dialect: Dialect, expected: string): string | undefined {
  const response = readResponse(bytes);
  if (response === undefined) return 'no HTTP response';
  if (response.status !== 200) return `status ${response.status}`;
  const heard = listen(response.body, dialect);
  if (heard === undefined) return 'an event that is no JSON';
  if (readStamp(heard.text) === undefined) return heard.text === '' ? 'no text' : 'wrong beginning';
  if (heard.text.slice(STAMP_WIDTH) !== expected) return 'wrong text';
  return heard.ended ? undefined : 'no end';
}

function listen(body: string, dialect: Dialect): Heard | undefined {
  const heard = { text: '', ended: false };
  for (const event of body.split('\n\n')) {
    const data = dataOf(event);
    if (data === undefined) continue;
    if (data === '[DONE]') heard.ended ||= dialect === 'openai';
    else if (!hear(heard, data, dialect)) return undefined;
  }
  return heard;
}

function dataOf(event: string): string | undefined {
  const at = event.startsWith('data: ') ? 0 : event.indexOf('\ndata: ') + 1;
  return event.startsWith('data: ', at) ? event.slice(at + 'data: '.length) : undefined;
}

interface AnyEvent {
  type?: string;
  content?: string;
  delta?: string;
  finish_reason?: string;
  finishReason?: string;
  choices?: { delta?: { content?: string } }[];
}

function hear(heard: Heard, data: string, dialect: Dialect): boolean {
  let event: AnyEvent;
  try {
    event = JSON.parse(data) as AnyEvent;
  } catch {
    return false;
  }
  if (dialect === 'openai') heard.text += event.choices?.[0]?.delta?.content ?? '';
  else if (dialect === 'rondo') {
    if (event.type === 'delta') heard.text += event.content ?? '';
    heard.ended ||= event.type === 'done' && event.finish_reason === 'stop';
  } else {
    if (event.type === 'text-delta') heard.text += event.delta ?? '';
    heard.ended ||= event.type === 'finish' && event.finishReason === 'stop';
  }
  return true;
}
