import { Lexer, type Tokenizer } from 'marked';
import { DelimiterRule } from './delimiter-rule.js';
import { parserWork } from './parser-work.js';

/**
 * A paragraph as almost all are: none of its lines but the first begins with a sign that may begin something else, and
 * behind it come an empty line, a list, a heading, code, or nothing.
 */
const PARAGRAPH =
  /^([^\n]+(?:\n(?![-\s_*#>`~+1<|:])[^\n]+)*)(?=\n?$|\n\n|\n(?:[*+-]|1[.)]) [^\s|:-]|\n#{1,6} |\n`{3}\w*\n)/;
/** A quotation as almost all are: each of its lines is marked as such, and an empty line or nothing comes behind it. */
const QUOTE = /^(?: {0,3}>[^\n]*(?:\n|$))+(?=\n|$)/;
/** A table as almost all are: each of its rows begins with a bar, and an empty line or nothing comes behind them. */
const TABLE =
  /^ *([^\n ].*)\n {0,3}((?:\| *)?:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?)(?:\n((?:\|.*(?:\n|$))*)(?=\n|$)\n*|$)/;
/** The first line under the text that underlines it, or an empty one, before which it would have to be. */
const UNDERLINE = /\n(?: {0,3}(?:=+|-+)[ \t]*(?:\n|$)|\s*\n)/;

/** Each is what a block or a piece of text of that kind cannot do without. */
const QUOTE_SIGN = /^ {0,3}>/;
const TAG_SIGN = /^ {0,3}</;
const DEFINITION_SIGN = /^ {0,3}\[/;
const TABLE_LINE = /^[^\n]*\n[|: -]+(?:\n|$)/;
/** With the character behind it, which tells whether it may begin emphasis. */
const EMPHASIS_SIGN = /^(?:\*+|_+)[^]?/u;
const LINK_SIGN = /^!?\[/;
const ADDRESS_SIGN = /^(?:[\w.+-]+[:@]|www\.)/;

const ANYTHING = /^[^]+/;
/** The signs of an e-mail address, of which the parser's pattern for plain text looks ahead from every place. */
const MAIL_SIGNS = "[a-zA-Z0-9.!#$%&'*+\\/=?_`{\\|}~-]";
const MAIL_COST = 1 / 16;

const block = Lexer.rules.block.gfm;
const inline = Lexer.rules.inline.gfm;
const textWithoutMail = new RegExp(
  inline.text.source
    .replace(`(?=${MAIL_SIGNS}+@)|`, '')
    .replace(`|${MAIL_SIGNS.replace('[', '[^')}(?=${MAIL_SIGNS}+@)`, ''),
);
const emStrongLDelim = new DelimiterRule(inline.emStrongLDelim);

/** The rules that do not depend on where a list stands. */
export const QUICK_RULES: { block: typeof block; inline: typeof inline } = {
  block: {
    ...block,
    paragraph: rule((source) => PARAGRAPH.exec(source) ?? block.paragraph.exec(source)),
    blockquote: onlyWith(QUOTE_SIGN, { exec: (source) => QUOTE.exec(source) ?? block.blockquote.exec(source) }),
    table: onlyWith(TABLE_LINE, { exec: (source) => TABLE.exec(source) ?? block.table.exec(source) }),
    lheading: rule((source) => (isUnderlined(source) ? block.lheading.exec(source) : null)),
    html: onlyWith(TAG_SIGN, block.html),
    def: onlyWith(DEFINITION_SIGN, block.def),
  },
  inline: {
    ...inline,
    emStrongLDelim: rule((source) =>
      parserWork.isDone ? null : emStrongLDelim.exec(EMPHASIS_SIGN.exec(source)?.[0] ?? ''),
    ),
    delLDelim: rule((source) => (parserWork.isDone ? null : inline.delLDelim.exec(source))),
    emStrongRDelimAst: new DelimiterRule(inline.emStrongRDelimAst),
    emStrongRDelimUnd: new DelimiterRule(inline.emStrongRDelimUnd),
    delRDelim: new DelimiterRule(inline.delRDelim),
    link: onlyWith(LINK_SIGN, inline.link),
    reflink: onlyWith(LINK_SIGN, inline.reflink),
    tag: onlyWith(TAG_SIGN, inline.tag),
    autolink: onlyWith(TAG_SIGN, inline.autolink),
    url: onlyWith(ADDRESS_SIGN, inline.url),
    text: rule(textUpToSign),
  },
};

/**
 * The parser's rules, of which those that are long are only tried where a short one cannot tell. Browsers take up to 20 ms
 * each to compile those, in the middle of the first answer, and most texts need none of them.
 */
export function quickRules({ other }: Tokenizer['rules']): Tokenizer['rules'] {
  const beginsTag = (indent: number): RegExp =>
    onlyWith(TAG_SIGN, { exec: (line) => other.htmlBeginRegex(indent).exec(line) });
  return { other: { ...other, htmlBeginRegex: beginsTag }, ...QUICK_RULES };
}

/** Up to the next sign that may begin something; to the end where no more may be looked for. */
function textUpToSign(source: string): RegExpExecArray | null {
  if (parserWork.isDone) return ANYTHING.exec(source);
  if (!source.includes('@')) return textWithoutMail.exec(source);
  parserWork.spend(source.length * MAIL_COST);
  return inline.text.exec(source);
}

function isUnderlined(source: string): boolean {
  return (UNDERLINE.exec(source)?.[0] ?? '').trim() !== '';
}

function onlyWith(sign: RegExp, pattern: Pick<RegExp, 'exec'>): RegExp {
  return rule((source) => (sign.test(source) ? pattern.exec(source) : null));
}

/** What the parser asks with `exec` or `test`. */
function rule(exec: (source: string) => RegExpExecArray | null): RegExp {
  return Object.assign(new RegExp(''), { exec });
}
