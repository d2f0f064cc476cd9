import { ProblemException } from '../../http/problem.exception.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** The name of an unknown field is the client's own text, of any length. */
const MAX_NAME_CHARS = 100;

/** A 400 for a wrong field, with its path and what to do. */
export function invalidField(path: string, what: string): ProblemException {
  const message = `\`${path}\` ${what}`;
  return new ProblemException({ status: 400, code: 'invalid_request', detail: message, errors: [{ path, message }] });
}

/**
 * Reads the fields of one object in a body. A wrong field throws {@link invalidField}; null counts as absent, as at
 * OpenAI.
 */
export class FieldReader {
  private constructor(
    private readonly fields: JsonObject,
    private readonly path: string,
    private readonly index: number | undefined,
  ) {}

  /**
   * @param path of the object, or of the list that holds it; empty for the body itself
   * @param index in that list
   */
  static of(value: unknown, path: string, index?: number): FieldReader {
    if (isObject(value)) return new FieldReader(value, path, index);
    if (path !== '') throw invalidField(entryPath(path, index), 'must be an object.');
    throw new ProblemException({ status: 400, code: 'invalid_request', detail: 'The body must be a JSON object.' });
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${entryPath(this.path, this.index)}.${name}`;
  }

  invalid(name: string, what: string): ProblemException {
    return invalidField(this.pathOf(name), what);
  }

  /** The value, of any type; undefined where it is absent or null. */
  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }

  /** Refuses fields with other names. */
  only(...names: readonly string[]): void {
    const unknown = Object.keys(this.fields).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw this.invalid(unknown.slice(0, MAX_NAME_CHARS).toWellFormed(), 'is not a field that this service knows.');
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(name, 'must be a string.');
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined || value === '') throw this.invalid(name, 'is needed.');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.invalid(name, 'must be true or false.');
  }

  number(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw this.invalid(name, `must be a number from ${min} to ${max}.`);
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw this.invalid(name, `must be a whole number from ${min} to ${max}.`);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw this.invalid(name, `must be one of ${values.map((one) => `"${one}"`).join(', ')}.`);
  }

  list(name: string, max: number): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.invalid(name, 'must be a list.');
    const list: readonly unknown[] = value;
    if (list.length > max) throw this.invalid(name, `must hold at most ${max} entries.`);
    return list;
  }

  /** A reader for each entry of a list of objects. */
  readers(name: string, max: number): FieldReader[] | undefined {
    const path = this.pathOf(name);
    return this.list(name, max)?.map((entry, index) => FieldReader.of(entry, path, index));
  }

  reader(name: string): FieldReader | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : FieldReader.of(value, this.pathOf(name));
  }

  requiredReader(name: string): FieldReader {
    return FieldReader.of(this.value(name), this.pathOf(name));
  }

  /** An object that is passed on as it is. */
  opaque(name: string): object | undefined {
    const value = this.value(name);
    if (value === undefined || isObject(value)) return value;
    throw this.invalid(name, 'must be an object.');
  }
}

/** Built only for an error: a request may have tens of thousands of entries. */
function entryPath(path: string, index: number | undefined): string {
  return index === undefined ? path : `${path}[${index}]`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
