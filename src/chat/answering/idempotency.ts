import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HistoryStore, IdempotencyKeyTakenError, type IdempotencyMark } from '../../history/history-store.js';
import { ProblemException } from '../../http/problem.exception.js';
import { userOf, type Caller } from '../../identity/caller.js';
import { Answer } from '../answer/answer.js';
import { AnswerFinder } from '../reading/answer-finder.js';
import type { ReadableAnswer } from '../answer/readable-answer.js';
import type { ChatRequestDto } from '../chat-request.dto.js';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

interface Running {
  readonly fingerprint: string;
  readonly answer: Promise<ReadableAnswer>;
}

/**
 * One answer per `Idempotency-Key` and user: a client that lost the connection before it learned the answer's id sends
 * its question again and reads the same answer. Nothing is stored or paid twice.
 */
@Injectable()
export class Idempotency {
  /** Keys whose answer is being opened or generated here; the history knows the others. */
  readonly #running = new Map<string, Running>();

  constructor(
    private readonly history: HistoryStore,
    private readonly finder: AnswerFinder,
  ) {}

  /**
   * The answer that `key` began, else the one that `open` opens.
   * @throws ProblemException 422 where the key came with another body, 400 where it is no key
   */
  async once(
    caller: Caller,
    key: string | undefined,
    body: ChatRequestDto,
    open: (mark?: IdempotencyMark) => Promise<Answer>,
  ): Promise<ReadableAnswer> {
    if (key === undefined) return open();
    requireKey(key);
    const fingerprint = fingerprintOf(body);
    const name = nameOf(caller, key);
    const running = this.#begun(name, fingerprint);
    if (running !== undefined) return running;
    const answer = this.#findOrOpen(caller, key, fingerprint, open);
    this.#running.set(name, { fingerprint, answer });
    const forget = () => this.#running.delete(name);
    void answer.then((found) => (found instanceof Answer ? found.ended : undefined)).then(forget, forget);
    return answer;
  }

  /**
   * The answer that `key` began, if it began one.
   * @throws ProblemException as {@link once}
   */
  async find(caller: Caller, key: string | undefined, body: ChatRequestDto): Promise<ReadableAnswer | undefined> {
    if (key === undefined) return undefined;
    requireKey(key);
    const fingerprint = fingerprintOf(body);
    return this.#begun(nameOf(caller, key), fingerprint) ?? this.#find(caller, key, fingerprint);
  }

  /** Whether this user's `key` began, with the very same body, an answer that is being opened or generated here. */
  isRunning(caller: Caller, key: string | undefined, body: unknown): boolean {
    const running = key === undefined ? undefined : this.#running.get(nameOf(caller, key));
    if (running === undefined || typeof body !== 'object' || body === null) return false;
    return running.fingerprint === fingerprintOf(body);
  }

  #begun(name: string, fingerprint: string): Promise<ReadableAnswer> | undefined {
    const running = this.#running.get(name);
    if (running !== undefined) requireSame(running.fingerprint, fingerprint);
    return running?.answer;
  }

  async #findOrOpen(
    caller: Caller,
    key: string,
    fingerprint: string,
    open: (mark: IdempotencyMark) => Promise<Answer>,
  ): Promise<ReadableAnswer> {
    const known = await this.#find(caller, key, fingerprint);
    if (known !== undefined) return known;
    try {
      return await open({ key, fingerprint });
    } catch (error) {
      // Another process on the same database got the same question in the meantime.
      const theirs = error instanceof IdempotencyKeyTakenError ? await this.#find(caller, key, fingerprint) : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
  }

  async #find(caller: Caller, key: string, fingerprint: string): Promise<ReadableAnswer | undefined> {
    const known = await this.history.findByIdempotencyKey(userOf(caller), key);
    if (known === undefined) return undefined;
    requireSame(known.fingerprint, fingerprint);
    return this.finder.find(caller, known.answerId);
  }
}

function nameOf(caller: Caller, key: string): string {
  return `${userOf(caller)}\n${key}`;
}

function requireKey(key: string): void {
  if (!KEY_PATTERN.test(key)) throw problem(400, 'Idempotency-Key must be 1–255 visible ASCII characters.');
}

function requireSame(known: string, fingerprint: string): void {
  if (known !== fingerprint) throw problem(422, 'This Idempotency-Key was used with another body.');
}

/** The same of a body before and after its validation, which changes nothing in it. */
function fingerprintOf(body: object): string {
  // What is absent must not count: the next release may know more fields.
  const given = Object.entries(body).filter(([, value]) => value != null);
  const fields = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url');
}

function problem(status: 400 | 422, detail: string): ProblemException {
  const errors = [{ path: 'Idempotency-Key', message: detail }];
  return new ProblemException({ status, code: 'invalid_request', detail, errors });
}
