import { estimateTokens } from '../state/token-estimate.js';
import { h } from '../view/element.js';
import { whenIdle } from '../view/when-idle.js';
import { domSink } from './dom-sink.js';
import { MarkdownStream } from './markdown-stream.js';
import { QUICK_RULES } from './quick-rules.js';

/** Narrow and wide strings have compiled patterns of their own, and those that are used twice are compiled anew. */
const NARROW = 'a b';
const WIDE = 'a 漢';
const TIMES = 3;
const DOCUMENT =
  '# a\n\nB **b** *c* _d_ ~~e~~ `f` [g](https://h.i) <b> $5 j\n\n- k\n- l\n\n1. m\n2. n\n\n> o\n\n| p |\n|---|\n| q |\n\nr\n';
const PIECE_CHARS = 12;
const FONTS = ['p', 'strong', 'em', 'h2', 'code', 'table'] as const;
const LETTERS = 'Aa1 é–—“”‘’…→•✓';
/** Each of these comes from a font of its own. */
const FOREIGN = ['🙂', '漢、', 'かな', '한'];

/** Whoever does one of these is about to ask something. */
const SIGNS_OF_USE = ['keydown', 'pointerdown', 'input'] as const;

/**
 * Has the browser compile the parser's patterns and find the fonts while a question is written and there is nothing else to
 * do: all at once, with the first words of an answer, that would hold up those words on a slow machine. Before anybody
 * uses the page, it would only hold up its loading.
 */
export function warmUpWhenUsed(): void {
  const used = new AbortController();
  const begin = (): void => {
    used.abort();
    warmUp();
  };
  for (const sign of SIGNS_OF_USE) addEventListener(sign, begin, { signal: used.signal, capture: true, passive: true });
}

function warmUp(): void {
  const patterns = [...Object.values(QUICK_RULES.inline), ...Object.values(QUICK_RULES.block)];
  void whenIdle([
    ...FONTS.map((tag) => () => layOut(tag, LETTERS)),
    ...FOREIGN.map((letters) => () => layOut('p', letters)),
    ...[NARROW, WIDE].flatMap((sample) => [
      ...patterns.flatMap((pattern) => compilations(pattern, sample)),
      () => estimateTokens(sample),
      ...renderings(DOCUMENT.replaceAll('a', sample)),
    ]),
  ]);
}

function compilations(pattern: RegExp, sample: string): (() => void)[] {
  return Array.from({ length: TIMES }, () => () => {
    pattern.exec(sample);
    pattern.lastIndex = 0;
  });
}

function layOut(tag: (typeof FONTS)[number], letters: string): void {
  const place = h('div', { class: 'prose visually-hidden', 'aria-hidden': 'true' }, h(tag, {}, letters));
  document.body.append(place);
  place.getBoundingClientRect();
  place.remove();
}

/** Renders a document that nobody sees, a piece a step. */
function renderings(source: string): (() => void)[] {
  const markdown = new MarkdownStream<Node>(domSink, h('div'));
  const pieces = source.match(new RegExp(`[^]{1,${PIECE_CHARS}}`, 'g')) ?? [];
  return pieces.map((piece) => () => {
    markdown.append(piece);
    markdown.paint();
  });
}
