/** Macros of the text's own could grow without end; nobody needs them within one formula. */
const DEFINITION = /\\(?:[gex]?def|global|long|let|futurelet|(?:re)?newcommand|providecommand)(?![a-zA-Z])/;

/** The TeX library builds what stands in these twice or three times, which nested ones would multiply. */
const REPEATED = /\\(?:math)?llap|\\cancelto|\\equilibrium|<=>>|<<=>/g;
const MOST_REPEATED = 4;

const NESTING = /\\(begin|left)(?![a-zA-Z])|\\(end|right)(?![a-zA-Z])|\\[\s\S]|([{}])/g;
const DEEPEST = 16;

/** Whether TeX can be typeset in a moment, whatever it says. */
export function isBounded(tex: string): boolean {
  if (DEFINITION.test(tex) || (tex.match(REPEATED)?.length ?? 0) > MOST_REPEATED) return false;
  let depth = 0;
  for (const [, opens, closes, brace] of tex.matchAll(NESTING)) {
    if (opens || brace === '{') depth += 1;
    else if (closes || brace === '}') depth -= 1;
    if (depth > DEEPEST) return false;
  }
  return true;
}
