import { ProblemException } from './problem.exception.js';

/** Bounds on the parts of a body. Validation takes more than linear time in the names of one object. */
export interface JsonBounds {
  /** Names of one object. */
  readonly namesPerObject: number;
  /** Names and items of all objects and lists together. */
  readonly values: number;
}

/** Deeper than any valid body; later steps walk bodies recursively. */
const MAX_DEPTH = 32;

const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const [COMMA, QUOTE, BACKSLASH] = [0x2c, 0x22, 0x5c];
/** White space is at or below it; nothing else in JSON is. */
const SPACE = 0x20;
/** A list's count of names: it stays, whatever is added. */
const NO_NAMES = -Infinity;

/**
 * The problem of a body that would take too long to parse and validate. Reads the raw UTF-8 bytes and stops at the
 * first flaw. Invalid JSON is left to the parser; a repeated name counts twice.
 */
export function flawOfShape(body: Uint8Array, bounds: JsonBounds): ProblemException | undefined {
  return new Shape(bounds).flawIn(body);
}

class Shape {
  /** The number of names so far, of each open object and list. */
  readonly #names: number[] = [];
  #values = 0;

  constructor(private readonly bounds: JsonBounds) {}

  flawIn(body: Uint8Array): ProblemException | undefined {
    let opened = false;
    for (let at = 0; at < body.length; at++) {
      const byte = body[at] ?? SPACE;
      if (byte <= SPACE) continue;
      const closes = byte === OBJECT_END || byte === LIST_END;
      const flaw = byte === COMMA || (opened && !closes) ? this.#add() : undefined;
      if (flaw) return flaw;
      opened = byte === OBJECT || byte === LIST;
      if (opened && this.#names.push(byte === OBJECT ? 0 : NO_NAMES) > MAX_DEPTH)
        return invalid('The body is nested too deeply.');
      if (closes) this.#names.pop();
      if (byte === QUOTE) at = endOfString(body, at);
    }
    return undefined;
  }

  #add(): ProblemException | undefined {
    const { namesPerObject, values } = this.bounds;
    const names = (this.#names.pop() ?? NO_NAMES) + 1;
    this.#names.push(names);
    if (names > namesPerObject) return invalid(`An object in the body has more than ${namesPerObject} fields.`);
    return ++this.#values > values ? invalid(`The body has more than ${values} values.`) : undefined;
  }
}

/** The index of the closing quote of the string that starts at `start`. */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * The problem of a name that validation would not see. It is recursive: check the body by {@link flawOfShape} first.
 */
export function flawOfNames(value: unknown): ProblemException | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const flaw = prototypeNameProblem(name) ?? flawOfNames(child);
    if (flaw) return flaw;
  }
  return undefined;
}

/**
 * The problem of a field named like `__proto__`, `prototype` or `toString`: class-transformer drops it silently,
 * although it is unknown.
 */
export function prototypeNameProblem(name: string): ProblemException | undefined {
  if (!(name in Object.prototype) && name !== 'prototype') return undefined;
  const message = `property ${name} should not exist`;
  return new ProblemException({
    status: 400,
    code: 'invalid_request',
    detail: message,
    errors: [{ path: name, message }],
  });
}

function invalid(detail: string): ProblemException {
  return new ProblemException({ status: 400, code: 'invalid_request', detail });
}
