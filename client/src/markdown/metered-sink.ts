import type { NodeSink } from './node-sink.js';

/** A block of code is a dozen elements, however little is in it. */
const CODE_PARTS = 12;
/** A formula is some more than that once it is typeset. */
const FORMULA_PARTS = 6;

/** How many elements and texts were made. */
export class Meter {
  parts = 0;
}

/** The same sink, with `meter` counting what it makes. */
export function meteredSink<N>(sink: NodeSink<N>, meter: Meter): NodeSink<N> {
  const made = <T>(parts: number, node: T): T => {
    meter.parts += parts;
    return node;
  };
  return {
    ...sink,
    element: (source) => made(1, sink.element(source)),
    text: (value) => made(1, sink.text(value)),
    code: (language) => made(CODE_PARTS, sink.code(language)),
    formula: (source) => made(FORMULA_PARTS, sink.formula(source)),
  };
}
