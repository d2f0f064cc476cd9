import { CHUNK_CHARS, chunkEnd, splitSpans } from './chunks.js';
import type { Span } from './spans.js';
import { loadTokenizer, type Tokenize } from './tokenizer.js';

/** Code without colours: what is long has to be laid out in chunks all the same. */
const plain: Tokenize = (text) => [{ kind: '', text }];
const PLAIN_CHARS = 6_000;
/** A line is not waited for any longer. */
const LONGEST_LINE = 6_000;
/** Longer code stays plain from there on. */
const MOST_CHARS = 200_000;
const MS_BETWEEN_COLOURINGS = 120;
/** A line is cut behind so many characters more than are coloured at a time. */
const LONGEST_REST = 1_000;
/** Some grammars take the square of a word's length. */
const NO_WORD = /[\w.]{500}/;
/** Code over which its grammar takes so long again and again stays plain from there on. */
const SLOW_MS = 40;
const MOST_SLOW = 2;

/**
 * Colours code while it grows. The element holds finished chunks, which are never touched again, then one live chunk of
 * coloured spans, then plain text that is appended to. So the work per paint is bounded, and colour once shown stays.
 */
export class CodeColours {
  #tokenize: Tokenize | undefined;
  /** The source behind the finished chunks. */
  #live = '';
  #done = 0;
  #closed = false;
  #scheduled = false;
  #slow = 0;
  #coloured: Span[] = [];
  #lastColouring = 0;
  #chunk = newChunk();
  readonly #plain = document.createTextNode('');

  constructor(
    private readonly code: HTMLElement,
    private readonly grammar: string | undefined,
  ) {
    code.append(this.#chunk, this.#plain);
    if (grammar === undefined) this.#tokenize = plain;
    else
      void loadTokenizer(grammar).then((tokenize) => {
        this.#tokenize = tokenize;
        this.#colour();
      });
  }

  append(more: string): void {
    this.#live += more;
    this.#plain.appendData(more);
    const mayColour = more.includes('\n') || this.#live.length > LONGEST_LINE;
    const isDue = this.#tokenize === plain || performance.now() - this.#lastColouring > MS_BETWEEN_COLOURINGS;
    if (mayColour && isDue) this.#colour();
  }

  close(): void {
    this.#closed = true;
    this.#colour();
  }

  /** Colours the finished lines of one chunk's worth of source; what is left waits for the next free moment. */
  #colour(): void {
    if (this.#tokenize && this.#done > MOST_CHARS) this.#tokenize = plain;
    if (!this.#tokenize || (this.#tokenize === plain && this.#live.length < PLAIN_CHARS)) return;
    const lines = this.#lines();
    if (lines === 0) return;
    const before = this.#live.length;
    const least = this.#tokenize === plain ? PLAIN_CHARS : CHUNK_CHARS * 1.5;
    // What lies beyond one chunk comes next time, unless nothing could be finished of this one.
    const window = Math.min(lines, lineEndAfter(this.#live, Math.max(least, lengthOf(this.#coloured) * 1.5)));
    const start = performance.now();
    try {
      const source = this.#live.slice(0, window);
      this.#show(NO_WORD.test(source) ? [{ kind: '', text: source }] : this.#tokenize(source, this.grammar ?? ''));
    } catch {
      // A grammar may stumble over what is no code of its language.
      const isColoured = this.#tokenize !== plain;
      this.#tokenize = isColoured ? plain : undefined;
      return this.#colour();
    }
    this.#finishChunk();
    this.#lastColouring = performance.now();
    if (this.#lastColouring - start > SLOW_MS) this.#slow += 1;
    if (this.#slow > MOST_SLOW) this.#tokenize = plain;
    const rest = lines - lengthOf(this.#coloured);
    // What has no colours costs nothing but its layout, which is best done once.
    if (this.#tokenize === plain && this.#live.length < before) this.#colour();
    else if (rest > 0 && (this.#closed || rest > CHUNK_CHARS)) this.#colourLater();
  }

  /** So much of the live source is whole lines, or of a line that is too long to be waited for. */
  #lines(): number {
    const end = this.#live.lastIndexOf('\n') + 1;
    return this.#closed || this.#live.length - end > LONGEST_LINE ? this.#live.length : end;
  }

  #colourLater(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#colour();
    });
  }

  #show(spans: Span[]): void {
    let same = 0;
    while (same < spans.length && sameSpan(spans[same], this.#coloured[same])) same++;
    while (this.#chunk.childNodes.length > same) this.#chunk.lastChild?.remove();
    this.#chunk.append(...spans.slice(same).map(spanNode));
    this.#coloured = spans;
    this.#plain.data = this.#live.slice(lengthOf(spans));
  }

  #finishChunk(): void {
    const end = chunkEnd(this.#coloured);
    if (end === 0) return;
    const [finished, open] = splitSpans(this.#coloured, end);
    this.#chunk.replaceChildren(...finished.map(spanNode));
    this.#chunk = newChunk();
    this.#chunk.append(...open.map(spanNode));
    this.code.insertBefore(this.#chunk, this.#plain);
    this.#coloured = open;
    this.#live = this.#live.slice(end);
    this.#done += end;
  }
}

function newChunk(): HTMLElement {
  const chunk = document.createElement('span');
  chunk.className = 'chunk';
  return chunk;
}

function spanNode({ kind, text }: Span): Node {
  if (kind === '') return document.createTextNode(text);
  const span = document.createElement('span');
  span.className = `c-${kind}`;
  span.textContent = text;
  return span;
}

function sameSpan(a: Span | undefined, b: Span | undefined): boolean {
  return a?.kind === b?.kind && a?.text === b?.text;
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.text.length, 0);
}

function lineEndAfter(text: string, from: number): number {
  const most = Math.floor(from) + LONGEST_REST;
  const end = text.slice(0, most).indexOf('\n', Math.floor(from));
  return end < 0 ? Math.min(text.length, most) : end + 1;
}
