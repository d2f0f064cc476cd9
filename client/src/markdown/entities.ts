/** Names and their characters. Numbers the parser has resolved already; other names stay as they are. */
const PAIRS = `
  amp & lt < gt > quot " apos ' copy © reg ® trade ™ deg ° plusmn ± times × divide ÷ middot · bull • hellip …
  ndash – mdash — lsquo ‘ rsquo ’ ldquo “ rdquo ” laquo « raquo » larr ← rarr → uarr ↑ darr ↓ harr ↔
  le ≤ ge ≥ ne ≠ asymp ≈ infin ∞ sum ∑ radic √ frac12 ½ sup2 ² sup3 ³ micro µ pi π
  euro € pound £ yen ¥ cent ¢ sect § para ¶`;

const NAMED = new Map([...PAIRS.matchAll(/(\w+) (\S)/g)].map(([, name = '', character = '']) => [name, character]));
NAMED.set('nbsp', '\u00A0').set('shy', '\u00AD');

/** `text` with its named character references resolved. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([A-Za-z][A-Za-z0-9]*);/g, (whole, name: string) => NAMED.get(name) ?? whole);
}
