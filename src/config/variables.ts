/** The environment as names and values, with the problems found in it. A blank value counts as unset. */
export class Variables {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  /** The names that were asked for, so those that Rondo knows. */
  readonly read = new Set<string>();
  readonly #values: Readonly<Record<string, string | undefined>>;

  constructor(values: Readonly<Record<string, string | undefined>>) {
    this.#values = values;
  }

  /** All names that are set. */
  get set(): string[] {
    return Object.keys(this.#values).filter((name) => !isBlank(this.#values[name]));
  }

  /** Trimmed; undefined when unset or blank. */
  get(name: string): string | undefined {
    this.read.add(name);
    const value = this.#values[name];
    return isBlank(value) ? undefined : value?.trim();
  }

  /** The items of a comma list, trimmed, without blank ones. */
  list(name: string): string[] {
    return (this.get(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Reports that `name` must change. `rule` continues the name, as in "must be …", and never quotes the value. */
  reject(name: string, rule: string): undefined {
    this.problems.push(`${name} ${rule}`);
    return undefined;
  }

  /** A whole number within bounds, or undefined when unset or rejected. */
  wholeNumber(name: string, min: number, max: number): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    return this.reject(name, wholeNumberRule(min, max));
  }
}

/** The rule of a variable that holds a whole number. */
export function wholeNumberRule(min: number, max: number): string {
  return `must be a whole number from ${String(min)} to ${String(max)}`;
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
