import { Lexer, Tokenizer, type Tokens } from 'marked';
import { DelimiterRule } from './delimiter-rule.js';

/** Each is what a block of that kind cannot do without. */
const QUOTE = /^ {0,3}>/;
const TAG = /^ {0,3}</;
const TABLE = /^[^\n]*\n[|: -]+(?:\n|$)/;
/** The first line under the text that underlines it, or an empty one, before which it would have to be. */
const UNDERLINE = /\n(?: {0,3}(?:=+|-+)[ \t]*(?:\n|$)|\s*\n)/;
/**
 * A paragraph as almost all are: none of its lines but the first begins with a sign that may begin something else, and
 * behind it come an empty line, a list, a heading, code, or nothing.
 */
const PARAGRAPH =
  /^([^\n]+(?:\n(?![-\s_*#>`~+1<|:])[^\n]+)*)(?=\n?$|\n\n|\n(?:[*+-]|1[.)]) [^\s|:-]|\n#{1,6} |\n`{3}\w*\n)/;

const block = Lexer.rules.block.gfm;
const inline = Lexer.rules.inline.gfm;
const { emStrongRDelimAst, emStrongRDelimUnd, delRDelim } = inline;
/** What overrides the tokenizer's `paragraph` itself gets other paragraphs before tables. */
const paragraph = Object.assign(new RegExp(PARAGRAPH), {
  exec: (source: string) => PARAGRAPH.exec(source) ?? block.paragraph.exec(source),
});

/** The parser's rules, of which those that browsers compile slowly are quicker. */
export const QUICK_RULES: { block: typeof block; inline: typeof inline } = {
  block: { ...block, paragraph },
  inline: {
    ...inline,
    emStrongRDelimAst: new DelimiterRule(emStrongRDelimAst),
    emStrongRDelimUnd: new DelimiterRule(emStrongRDelimUnd),
    delRDelim: new DelimiterRule(delRDelim),
  },
};

/**
 * The parser's tokenizer, which tries its long patterns only where a short one cannot tell. Browsers take up to 20 ms each
 * to compile those, in the middle of the first answer, and most texts need none of them.
 */
export class QuickTokenizer extends Tokenizer {
  override blockquote(source: string): Tokens.Blockquote | undefined {
    return QUOTE.test(source) ? super.blockquote(source) : undefined;
  }

  override html(source: string): Tokens.HTML | undefined {
    return TAG.test(source) ? super.html(source) : undefined;
  }

  override table(source: string): Tokens.Table | undefined {
    return TABLE.test(source) ? super.table(source) : undefined;
  }

  override lheading(source: string): Tokens.Heading | undefined {
    const line = UNDERLINE.exec(source)?.[0] ?? '';
    return line.trim() === '' ? undefined : super.lheading(source);
  }
}
