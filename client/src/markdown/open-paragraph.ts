import type { Token, Tokens } from 'marked';
import { inlineNodes } from './inline-tree.js';
import { text } from './md-node.js';
import type { NodeSink } from './node-sink.js';
import type { Rendered } from './patch.js';

/** A paragraph this long is finished piece by piece, all but about its last characters. */
const LONG_CHARS = 1_200;
const KEPT_CHARS = 400;

/** Signs to which text to come may yet give a meaning. */
const UNDECIDED = /[*_~`[<$\\]/;
/** Between two words, so that what follows begins no block of its own and no emphasis. */
const BREAK = /(?<=\p{L}[,.;:?!]? |[。，、；：？！])(?=\p{L}{2})/gu;

/**
 * Finishes the beginning of a long paragraph that no text to come can change: all emphasis, code, links and formulas that
 * began in it have ended in it. Gives the length of its source, 0 if there is none.
 */
export function commitText<N>(
  sink: NodeSink<N>,
  paragraph: Tokens.Paragraph | Tokens.Text,
  shown: Rendered<N>[],
  source: string,
): number {
  if (paragraph.raw.length < LONG_CHARS) return 0;
  const finished = finishedTokens(paragraph);
  const read = finished.map(({ raw }) => raw).join('');
  // What was held back or closed for the eyes is not what was written.
  if (!source.startsWith(read)) return 0;
  const nodes = inlineNodes(finished);
  const last = nodes.at(-1);
  const cut = shown[nodes.length - 1];
  if (last?.kind !== 'text' || cut?.source.kind !== 'text') return 0;
  const rest = sink.split(cut.node, last.text.length);
  const behind = text(cut.source.text.slice(last.text.length));
  shown.splice(0, nodes.length, { node: rest, source: behind, children: [] });
  return read.length;
}

/** The tokens up to the last place where the paragraph may be cut, the last one of them cut there. */
function finishedTokens({ raw, tokens = [] }: Tokens.Paragraph | Tokens.Text): Token[] {
  const most = raw.length - KEPT_CHARS;
  let at = 0;
  let finished: Token[] = [];
  for (const [i, token] of tokens.entries()) {
    // A line with these may become the head of a table, whose columns are then counted.
    if (at >= most || token.raw.includes('|')) break;
    if (token.type === 'text') {
      if (UNDECIDED.test(token.raw)) break;
      const cut = [...token.raw.matchAll(BREAK)].findLast(({ index }) => at + index <= most)?.index;
      const words = token.raw.slice(0, cut);
      if (cut !== undefined) finished = [...tokens.slice(0, i), { ...token, raw: words, text: words }];
    }
    at += token.raw.length;
  }
  return finished;
}
