import { CODE_ANSWERS } from '../content/code-answers.js';
import { GENERAL_ANSWERS } from '../content/general-answers.js';
import { LANGUAGE_ANSWERS } from '../content/language-answers.js';
import { longAnswer } from '../content/long-answer.js';
import { STRUCTURE_ANSWERS } from '../content/structure-answers.js';
import { SYSTEM_CODE_ANSWERS } from '../content/system-code-answers.js';
import { PROVIDER_NAMES } from '../settings.js';
import { hash } from './hash.js';
import type { ProviderName } from '../settings.js';
import type { Topic } from '../content/topic.js';

/** In order: the first whose keywords occur in the question wins. */
const TOPICS: readonly Topic[] = [...STRUCTURE_ANSWERS, ...CODE_ANSWERS, ...SYSTEM_CODE_ANSWERS, ...LANGUAGE_ANSWERS];

const LEADS: Readonly<Record<ProviderName, string>> = {
  groq: '',
  mistral: 'Certainly.\n\n',
  deepseek: 'Let me answer that step by step.\n\n',
};

const LONGEST_BYTES = 262_144;
const HIGHEST_COUNT = 20_000;

/**
 * The whole answer to a question, always the same for the same question and voice. Without a voice (null) it is the
 * one that every provider gives when all are to say the same.
 */
export function selectAnswer(question: string, voice: ProviderName | null): string {
  const echo = /^\s*echo:\s?([\s\S]*)$/i.exec(question)?.[1];
  if (echo !== undefined) return echo;
  const count = /\bcount (?:up )?(?:from (\d+) )?to (\d+)/i.exec(question);
  if (count?.[2] !== undefined) return counted(Number(count[1] ?? 1), Number(count[2]));
  const lead = voice === null ? '' : LEADS[voice];
  const kilobytes = /\b(\d+)\s*kb\b/i.exec(question)?.[1];
  if (kilobytes !== undefined) return lead + longAnswer(Math.min(Number(kilobytes) * 1024, LONGEST_BYTES));
  if (/\blong\b|\bessay\b|\bin detail\b/i.test(question)) return lead + longAnswer(8 * 1024);
  const topic = TOPICS.find((candidate) => candidate.keywords.test(question));
  if (topic) return lead + topic.text;
  const turn = voice === null ? 0 : PROVIDER_NAMES.indexOf(voice);
  return lead + (GENERAL_ANSWERS[(hash(question) + turn) % GENERAL_ANSWERS.length] ?? '');
}

function counted(from: number, to: number): string {
  const last = Math.min(to, from + HIGHEST_COUNT);
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => String(from + index)).join(', ');
}
