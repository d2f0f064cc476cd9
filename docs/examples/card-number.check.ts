import { Injectable } from '@nestjs/common';
import {
  ACCEPTED,
  type SafetyCheck,
  type SafetyInput,
  type SafetyVerdict,
} from '../../src/chat/safety/safety-check.js';

/** Refuses a request of which any text holds what looks like a payment card's number, so that none reaches a provider. Ids of calls are left alone: some providers count in them. */
@Injectable()
export class CardNumberCheck implements SafetyCheck {
  readonly name = 'card-number';

  check({ texts }: SafetyInput): SafetyVerdict {
    const prose = texts.filter(({ role }) => role !== 'id');
    const numbers = prose.flatMap(({ text }) => text.match(/(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g) ?? []);
    if (!numbers.some(hasCheckDigit)) return ACCEPTED;
    const detail = 'This seems to hold a card number. Please take it out.';
    return { ok: false, status: 422, code: 'content_rejected', detail };
  }
}

/** The Luhn rule: from the right, every second digit counts double. */
function hasCheckDigit(number: string): boolean {
  const digits = number.replaceAll(/\D/g, '').split('').reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => {
    const counted = at % 2 === 0 ? digit : digit * 2;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0;
}
