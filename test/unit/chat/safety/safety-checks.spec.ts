import { describe, expect, it, jest } from '@jest/globals';
import { Logger, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CardNumberCheck } from '../../../../docs/examples/card-number.check.js';
import {
  SAFETY_CHECKS,
  type SafetyCheck,
  type SafetyInput,
  type SafetyVerdict,
} from '../../../../src/chat/safety/safety-check.js';
import { PIECE_CHARS } from '../../../../src/chat/safety/folded-text.js';
import { SafetyChecks } from '../../../../src/chat/safety/safety-checks.js';
import { SafetyModule } from '../../../../src/chat/safety/safety.module.js';
import { ConfigModule } from '../../../../src/config/config.module.js';
import { loadConfig } from '../../../../src/config/environment.js';

/** Judges a question, or a question and the texts that are sent before it. */
type Judge = (question: string, ...before: string[]) => Promise<unknown>;

async function checks(env: NodeJS.ProcessEnv = {}, ...more: Type<SafetyCheck>[]): Promise<Judge> {
  const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'k', ...env });
  const imports = [ConfigModule.forRoot(config), more.length > 0 ? SafetyModule.withChecks(...more) : SafetyModule];
  const app = await Test.createTestingModule({ imports }).compile();
  const runner = app.get(SafetyChecks);
  return (question, ...before) =>
    runner.verdict({
      userId: 'u',
      sessionId: 's',
      questions: [question],
      texts: [...before.map((text) => ({ role: 'system' as const, text })), { role: 'user', text: question }],
    });
}

describe('the safety checks', () => {
  it.each(['Hello', '0', '.', '漢', '👩‍👩‍👧', ' x '])('let %j pass', async (message) => {
    expect(await (await checks())(message)).toEqual({ ok: true });
  });

  it.each(['', ' ', '\n\t\r', '\u00a0\u3000', '\u200b\u200d\ufeff', '\u00ad\u2060', '\u3164', '\0'])(
    'refuse %j as blank',
    async (message) => {
      expect(await (await checks())(message)).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  it('refuse a message that is too long, and count an emoji as one character', async () => {
    const verdict = await checks({ MAX_MESSAGE_CHARS: '5' });
    expect(await verdict('12345')).toEqual({ ok: true });
    expect(await verdict('😀😀😀😀😀')).toEqual({ ok: true });
    for (const long of ['123456', '😀😀😀😀😀x', 'x'.repeat(11), '😀😀😀😀😀😀']) {
      expect(await verdict(long)).toMatchObject({
        status: 413,
        code: 'message_too_long',
        detail: 'The message has more than 5 characters.',
      });
    }
  });

  it.each([
    ['Straße', 'an der STRASSE'],
    ['STRASSE', 'in der straße'],
    ['secret', 'a TOPSECRETS list'],
    ['secret', 'ｓｅｃｒｅｔ'],
    ['secret', 'se\u00adcr\u200bet'],
    ['café', 'cafe\u0301'],
    ['a.c*', 'literally a.c*'],
    ['ΟΔΟΣ', 'οδος και οδοσ'],
    ['ﬁne', 'FINE'],
    ['two words', 'these two words'],
    ['two words', 'two \t\u00a0\r\n words'],
    ['two   words', 'two\u3000words'],
    ['two words', 'two\u0085\u2028words'],
    ['two words', 't\u0000wo \u200b\u001f words'],
  ])('refuse %j where %j holds it', async (term, message) => {
    const refusal = await (await checks({ BLOCKED_TERMS: `unrelated, ${term}` }))(message);
    expect(refusal).toMatchObject({ status: 422, code: 'content_rejected' });
    expect(JSON.stringify(refusal)).not.toContain(message);
  });

  it('look for blocked terms in every text, and judge size and blankness by the question alone', async () => {
    const verdict = await checks({ BLOCKED_TERMS: 'secret', MAX_MESSAGE_CHARS: '10' });
    expect(await verdict('go', 'a SECRET prompt')).toMatchObject({ status: 422, code: 'content_rejected' });
    expect(await verdict('go', 'of more than ten characters', ' ', '')).toEqual({ ok: true });
  });

  it('find a blocked term wherever a long text is cut for the search', async () => {
    const verdict = await checks({ BLOCKED_TERMS: 'café of straße' });
    const hidden = `cafe${'\u200b'.repeat(600)}\u0301 OF ｓｔｒａｓｓｅ`;
    for (let start = PIECE_CHARS - 700; start <= PIECE_CHARS + 40; start += 11) {
      const text = `${'x'.repeat(start)}${hidden}${'y'.repeat(2 * PIECE_CHARS)}`;
      expect([start, await verdict('go', text)]).toMatchObject([start, { status: 422 }]);
    }
    expect(await verdict('go', 'café of strasbourg '.repeat(5_000))).toEqual({ ok: true });
    for (const blanks of [1, 700, PIECE_CHARS - 1, PIECE_CHARS, 3 * PIECE_CHARS])
      for (const start of [0, PIECE_CHARS - 9, PIECE_CHARS - 8, PIECE_CHARS - 7]) {
        const text = `${'x'.repeat(start)}café of${' '.repeat(blanks)}\n straße${'y'.repeat(PIECE_CHARS)}`;
        expect([blanks, start, await verdict('go', text)]).toMatchObject([blanks, start, { status: 422 }]);
      }
  });

  it('let others go on while they search a long request', async () => {
    const verdict = await checks({ BLOCKED_TERMS: 'secret' });
    let turns = 0;
    let searching = true;
    const others = (): void => {
      turns++;
      if (searching) setImmediate(others);
    };
    setImmediate(others);
    await verdict(
      'go',
      'é'.repeat(20 * PIECE_CHARS),
      ...Array.from({ length: 20 * 64 }, () => 'é'.repeat(PIECE_CHARS / 64)),
    );
    searching = false;
    expect(turns).toBeGreaterThanOrEqual(40);
  });

  it('take a blocked term literally', async () => {
    expect(await (await checks({ BLOCKED_TERMS: 'a.c' }))('abc')).toEqual({ ok: true });
    expect(await (await checks({ BLOCKED_TERMS: ' , ,\u200b \u200b' }))('a b c')).toEqual({ ok: true });
    expect(await (await checks({ BLOCKED_TERMS: 'two words' }))('twowords two-words')).toEqual({ ok: true });
  });

  it('refuse a question that could not be checked, and tell the log nothing of it', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const verdict = await checks({}, Throwing);
    expect(await verdict('my private words')).toMatchObject({ status: 500, code: 'internal' });
    expect(logged.mock.calls.map(([line]) => String(line))).toEqual(['safety check throwing failed: RangeError']);
    logged.mockRestore();
  });

  it('can be added to, as docs/SAFETY_CHECKS.md shows', async () => {
    const verdict = await checks({}, CardNumberCheck);
    expect(await verdict('My card is 4111 1111 1111 1111, thanks')).toMatchObject({
      status: 422,
      code: 'content_rejected',
    });
    expect(await verdict('go', 'charge 4111111111111111')).toMatchObject({ status: 422 });
    expect(await verdict('4111-1111-1111-1112 is no card')).toEqual({ ok: true });
    expect(await verdict(' ')).toMatchObject({ status: 400 });
  });

  it('are an array under one token', async () => {
    const config = loadConfig({ RONDO_ENV_FILE: '', GROQ_API_KEY: 'k' });
    const app = await Test.createTestingModule({ imports: [ConfigModule.forRoot(config), SafetyModule] }).compile();
    const names = app.get<SafetyCheck[]>(SAFETY_CHECKS).map(({ name }) => name);
    expect(names).toEqual(['size', 'blank', 'blocked-terms']);
  });
});

class Throwing implements SafetyCheck {
  readonly name = 'throwing';

  check({ questions }: SafetyInput): Promise<SafetyVerdict> {
    return Promise.reject(new RangeError(`cannot check: ${questions.join()}`));
  }
}
