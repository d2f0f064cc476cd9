import { Agreement } from './agreement.js';
import { openFence, type OpenFence } from './fences.js';
import { readLead, type Lead } from './lead.js';
import { CLOSING_TAG } from './quote.js';
import { PASS_ALL, type TextFilter } from './text-filter.js';
import { EVIDENCE, type Before, type Weighing } from './weighing.js';

/** A repetition that a continuation may start with. */
interface Candidate {
  readonly before: Before;
  readonly offset: number;
  readonly evidence: number;
  /** How far it is repeated. */
  readonly agreement: Agreement;
  /** How far the same comes a second time, once all of it is repeated. */
  again?: Agreement;
}

/**
 * Removes what a continuation repeats of the end of `partial`, with the small things before it: the repetition with the
 * best evidence once all of it has come. Text is held back only while it may be such a small thing, or agrees with an
 * offset in `partial` that may still be better evidence.
 */
export class OverlapRemoval implements TextFilter {
  readonly #body: string;
  readonly #fence: OpenFence | undefined;
  #held: string[] = [];
  /** What has come while small things may follow. */
  #head = '';
  #lead: Lead = { ends: [], open: true, reopening: undefined };
  /** The last position after small things for which there are candidates. */
  #startedUpTo = -1;
  #candidates: Candidate[] = [];
  #repeated = 0;
  #best: number = EVIDENCE.none;
  #decided = false;
  #behind: TextFilter = PASS_ALL;

  constructor(
    private readonly partial: string,
    private readonly weighing: Weighing,
  ) {
    this.#body = partial.trimEnd();
    this.#fence = openFence(partial);
  }

  push(text: string): string {
    if (this.#decided) return this.#behind.push(text);
    if (text === '') return '';
    this.#held.push(text);
    this.#candidates = this.#candidates.filter((candidate) => this.#continues(candidate, text));
    if (this.#mayBeWrapped()) this.#readLead(text);
    const undecided = this.#mayBeWrapped() || this.#candidates.some((candidate) => this.#mayBeBetter(candidate));
    return undecided ? '' : this.#release();
  }

  end(): string {
    if (this.#decided) return this.#behind.end();
    for (const candidate of this.#candidates) this.#weigh(candidate);
    return this.#release() + this.#behind.end();
  }

  /** In small things, which may go on. */
  #mayBeWrapped(): boolean {
    return this.#lead.open && this.#best < EVIDENCE.quote;
  }

  #readLead(text: string): void {
    this.#head += text;
    this.#lead = readLead(this.#head, this.#fence);
    for (const end of [0, ...this.#lead.ends]) {
      if (end <= this.#startedUpTo || end === this.#head.length) continue;
      this.#start({ text: this.#head.slice(0, end), reopens: end === this.#lead.reopening?.to });
      this.#startedUpTo = end;
    }
  }

  #start(before: Before): void {
    const text = this.#head.slice(before.text.length);
    for (const offset of this.weighing.offsets(text.charAt(0), before)) {
      const evidence = this.weighing.of(offset, before, false);
      const candidate = { before, offset, evidence, agreement: new Agreement(this.partial, offset) };
      if (this.#continues(candidate, text)) this.#candidates.push(candidate);
    }
  }

  /** Whether there is more of the repetition to come. */
  #continues(candidate: Candidate, text: string): boolean {
    if (candidate.again) return this.#comesAgain(candidate, candidate.again, text);
    const state = candidate.agreement.push(text);
    if (state === 'open') return true;
    if (state === 'whole' && this.weighing.mayBeRows(candidate.offset, candidate.before)) {
      candidate.again = new Agreement(candidate.before.text + this.partial.slice(candidate.offset), 0);
      return this.#comesAgain(candidate, candidate.again, candidate.agreement.rest);
    }
    this.#weigh(candidate);
    return false;
  }

  /** What comes twice in a row is no repetition: the answer continues in rows. */
  #comesAgain(candidate: Candidate, again: Agreement, text: string): boolean {
    const state = again.push(text);
    if (state === 'different') this.#weigh(candidate);
    return state === 'open';
  }

  /** No more of this repetition will come. */
  #weigh({ offset, before, agreement: { at, consumed } }: Candidate): void {
    if (at < this.#body.length) return;
    const evidence = this.weighing.of(offset, before, at < this.partial.length);
    if (evidence === EVIDENCE.none || evidence < this.#best) return;
    if (evidence === this.#best && before.text !== '') return;
    const repeated = evidence === EVIDENCE.pattern ? 0 : before.text.length + consumed;
    this.#repeated = evidence > this.#best ? repeated : this.weighing.better(this.#repeated, repeated);
    this.#best = evidence;
  }

  /** A continued pattern needs no evidence where nothing contradicts it. */
  #mayBeBetter({ evidence }: Candidate): boolean {
    if (evidence === EVIDENCE.pattern && this.#best === EVIDENCE.none) return false;
    const mayBeLonger = evidence === EVIDENCE.length || evidence === EVIDENCE.lines;
    return evidence > this.#best || (evidence === this.#best && mayBeLonger);
  }

  #release(): string {
    this.#decided = true;
    const text = this.#held.join('');
    this.#held = [];
    this.#candidates = [];
    if (this.#repeated === 0) return this.#withoutReopening(text);
    this.#behind = new SkipWhole(CLOSING_TAG);
    return this.#behind.push(text.slice(this.#repeated));
  }

  /** A second fence would close the block. What stands before it is kept where the fence's line needs it. */
  #withoutReopening(text: string): string {
    const { reopening } = this.#lead;
    if (!reopening) return text;
    const before = text.slice(0, reopening.from);
    const isNeeded = before.trim() !== '' || !this.partial.endsWith('\n');
    return (isNeeded ? before : '') + text.slice(reopening.repeatedTo);
  }
}

/** Removes `mark` where the text starts with all of it. */
class SkipWhole implements TextFilter {
  #held = '';
  #decided = false;

  constructor(private readonly mark: string) {}

  push(text: string): string {
    if (this.#decided) return text;
    this.#held += text;
    if (this.#held.length < this.mark.length && this.mark.startsWith(this.#held)) return '';
    return this.end();
  }

  end(): string {
    if (this.#decided) return '';
    this.#decided = true;
    const held = this.#held;
    return held.startsWith(this.mark) ? held.slice(this.mark.length) : held;
  }
}
