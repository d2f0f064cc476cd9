import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { ACCEPTED, type SafetyCheck, type SafetyInput, type SafetyVerdict } from './safety-check.js';

/** Refuses a message of more than `MAX_MESSAGE_CHARS` characters, counted as Unicode code points: an emoji is one. */
@Injectable()
export class SizeCheck implements SafetyCheck {
  readonly name = 'size';
  readonly #max: number;

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.#max = config.limits.maxMessageChars;
  }

  check({ questions }: SafetyInput): SafetyVerdict {
    if (!questions.some((question) => hasMoreCodePoints(question, this.#max))) return ACCEPTED;
    const detail = `The message has more than ${String(this.#max)} characters.`;
    return { ok: false, status: 413, code: 'message_too_long', detail };
  }
}

/** A code point is one UTF-16 unit or two, so the length alone mostly decides. */
function hasMoreCodePoints(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > 2 * max) return true;
  let count = 0;
  for (const _ of text) if (++count > max) return true;
  return false;
}
