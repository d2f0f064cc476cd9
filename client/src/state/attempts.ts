import type { AttemptReason, ErrorEvent, ProviderEvent } from '../../../src/wire/answer-event.js';
import type { Message } from '../../../src/wire/message.js';

/** One attempt at an answer, as the stream or the history tells it. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  readonly reason: AttemptReason;
  /** How it failed, where readers were told. */
  readonly code?: string;
  /** What the answer has of it; text counts more than reasoning. */
  readonly said?: 'text' | 'reasoning';
}

/** One provider of the trail, and how it failed if it did. */
export interface TrailStep {
  readonly provider: string;
  readonly model: string;
  readonly failure?: string;
}

type Attempted = { readonly attempts: readonly Attempt[]; readonly error?: Omit<ErrorEvent, 'type'> };

/** What readers see of the attempts, live and after a reload: who was asked, in order, and how each failed. */
export function trailOf({ attempts, error }: Attempted): TrailStep[] {
  return attempts.filter(isAnnounced).map(({ provider, model, code, said }, i, steps) => {
    const next = steps[i + 1];
    // Whoever wrote the text is not blamed for the end of the answer, which the error itself tells.
    const failure = next ? (code ?? next.reason) : said !== 'text' && error ? lastFailure(error) : undefined;
    return { provider, model, ...(failure === undefined ? {} : { failure }) };
  });
}

/** Who wrote the answer: the last one to write text, else to reason, else to be asked. */
export function authorOf({ attempts }: Attempted): Attempt | undefined {
  const asked = attempts.filter(isAnnounced);
  return asked.findLast(({ said }) => said === 'text') ?? asked.findLast(({ said }) => said) ?? asked.at(-1);
}

/** The attempts after a `provider` event, which also tells how the attempt before failed. */
export function withProvider(attempts: readonly Attempt[], event: ProviderEvent): Attempt[] {
  const { provider, model, reason, code } = event;
  const last = attempts.at(-1);
  const past = last && code !== undefined ? [...attempts.slice(0, -1), { ...last, code }] : attempts;
  return [...past, { provider, model, reason }];
}

/** The attempts after the last one has said something. Gives the same list where that is known. */
export function withWords(attempts: readonly Attempt[], said: 'text' | 'reasoning'): readonly Attempt[] {
  const last = attempts.at(-1);
  if (!last || last.said === said || last.said === 'text') return attempts;
  return [...attempts.slice(0, -1), { ...last, said }];
}

/** The attempts of a stored answer. Old ones have none but their author. */
export function attemptsOf({ attempts = [], provider, model = '', content, reasoning }: Message): Attempt[] {
  const all: Attempt[] = attempts.map(({ provider: name, model: used, reason, code }) => ({
    provider: name,
    model: used,
    reason,
    ...(code === undefined ? {} : { code }),
  }));
  if (all.length === 0 && provider !== undefined) all.push({ provider, model, reason: 'selected' });
  const author = all.findLastIndex((attempt) => attempt.provider === provider && isAnnounced(attempt));
  const said = content === '' ? (reasoning === undefined ? undefined : 'reasoning') : 'text';
  return all.map((attempt, i) => (i === author && said ? { ...attempt, said } : attempt));
}

/** Readers are not told of a second try, nor of the loser of a race. */
function isAnnounced({ reason }: Attempt): boolean {
  return reason !== 'retry' && reason !== 'hedge';
}

/** Readers are told how the answer failed, and not how its last attempt did. */
function lastFailure({ code }: Omit<ErrorEvent, 'type'>): string {
  return code === 'all_providers_failed' ? 'failover' : code;
}
