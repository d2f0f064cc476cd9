/** What the TeX library makes: an element, a text, or (without a type) a list of nodes. */
export interface TreeNode {
  readonly type?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly classes?: readonly string[];
  readonly style?: Readonly<Record<string, string | number>>;
  readonly children?: readonly TreeNode[];
}

const MATHML = 'http://www.w3.org/1998/Math/MathML';
const MOST_NODES = 4_000;
const DEEPEST = 80;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** None of these loads, runs or leads anywhere. */
const TAGS = words(
  'math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder mover ' +
    'munderover mmultiscripts mprescripts none mtable mtr mtd',
);

const ATTRIBUTES = words(
  'display displaystyle scriptlevel mathvariant stretchy symmetric fence separator form lspace rspace width height depth ' +
    'voffset minsize maxsize linethickness largeop movablelimits accent accentunder notation columnalign rowspacing mathsize',
);

/** Colours are left out: they would be hard to read in one theme or the other, and may hide what is written. */
const STYLES = words(
  'padding padding-top padding-right padding-bottom padding-left border border-top border-right border-bottom border-left ' +
    'width text-align font-weight font-style margin-left math-depth transform',
);

const HARMLESS_VALUE = /^[\w.%+ ()-]{0,60}$/;
const CLASS =
  /^(?:tml-[\w-]+|wbk-[\w-]+|chr-[\w-]+|ff-[\w-]+|mathscr|mathcal|upstrike|downstrike|sout|longdiv-\w+|phasor-\w+|circle-pad|textcircle|actuarial|special-fraction)$/;

/** The tree as MathML in the page. Throws where it holds anything but formulas, or too much. */
export function mathNode(tree: TreeNode): Element {
  let nodes = 0;
  const build = (source: TreeNode, depth: number): Node => {
    if (++nodes > MOST_NODES || depth > DEEPEST) throw new Error('The formula is too large');
    if (source.text !== undefined) return document.createTextNode(source.text);
    const node = source.type === undefined ? document.createDocumentFragment() : mathElement(source, source.type);
    for (const child of source.children ?? []) node.appendChild(build(child, depth + 1));
    return node;
  };
  const formula = build(tree, 0);
  if (!(formula instanceof Element)) throw new Error('Not a formula');
  return formula;
}

function mathElement({ attributes, classes, style }: TreeNode, type: string): Element {
  if (!TAGS.has(type)) throw new Error(`A formula holds no ${type}`);
  const element = document.createElementNS<'math'>(MATHML, type as 'math');
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (ATTRIBUTES.has(name) && HARMLESS_VALUE.test(String(value))) element.setAttribute(name, String(value));
    else if (name === 'mathbackground' && type === 'mspace') element.setAttribute(name, 'currentcolor');
  }
  const kept = (classes ?? []).filter((name) => CLASS.test(name));
  if (kept.length > 0) element.setAttribute('class', kept.join(' '));
  // Chromium lays a displayed formula out as one only where both words stand there.
  if (style?.['display'] === 'block math') element.style.setProperty('display', 'block math');
  for (const [key, value] of Object.entries(style ?? {})) {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (STYLES.has(name) && HARMLESS_VALUE.test(String(value))) element.style.setProperty(name, String(value));
  }
  return element;
}
