import type { Grammar, GrammarValue, TokenObject } from 'prismjs';
import { whenIdle } from '../view/when-idle.js';
import Prism from './prism-core.js';

/**
 * They match hardly anything, so that a step costs the compilation and no more. Wide strings have compiled patterns of
 * their own, and all code of an answer is wide if anything in the answer is.
 */
const SAMPLES = ['a b', 'a 漢'];
/** What is used again is compiled anew, better and slower. */
const TIMES = 3;

/**
 * Has the browser compile the patterns of `grammar`, one after the other, while it has nothing else to do; resolves once
 * they are ready. All at once, with the first code, those of some languages hold up a slow machine for 100 ms.
 */
export function compileGrammar(grammar: Grammar): Promise<void> {
  const samples = SAMPLES.flatMap((sample) => Array.from({ length: TIMES }, () => sample));
  return whenIdle(rulesOf(grammar).flatMap((rule) => samples.map((sample) => () => Prism.tokenize(sample, rule))));
}

/** Each pattern of `grammar` and of all grammars in it, as a grammar of its own. */
function rulesOf(grammar: Grammar): Grammar[] {
  const rules: Grammar[] = [];
  const grammars = new Set([grammar]);
  for (const each of grammars) {
    for (const [name, value] of Object.entries(each) as [string, GrammarValue | Grammar | undefined][]) {
      // A grammar that is a part of this one, not a rule.
      if (name === 'rest') grammars.add(value as Grammar);
      else {
        for (const pattern of [value].flat() as (RegExp | TokenObject)[]) {
          rules.push({ [name]: pattern });
          if ('inside' in pattern && pattern.inside) grammars.add(pattern.inside);
        }
      }
    }
  }
  return rules;
}
