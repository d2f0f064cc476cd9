import sqlite3, { type Statement } from 'sqlite3';

const MOST_STATEMENTS = 100;
/** Longer ones have a row for each of many answers: they are large, and hardly two are the same. */
const LONGEST_CHARS = 2_000;

/**
 * The driver's connection, but it keeps its statements: by itself the driver prepares each one anew, which is one more
 * way to a thread and back for every query.
 */
export class PreparingDatabase extends sqlite3.Database {
  /** Those used last are at the end. */
  readonly #statements = new Map<string, Statement>();

  override run(sql: string, ...rest: unknown[]): this {
    const statement = this.#kept(sql, rest);
    if (statement === undefined) return super.run(sql, ...rest);
    statement.run(...settling(statement, rest));
    return this;
  }

  override all(sql: string, ...rest: unknown[]): this {
    const statement = this.#kept(sql, rest);
    if (statement === undefined) return super.all(sql, ...rest);
    statement.all(...settling(statement, rest));
    return this;
  }

  override close(callback?: (error: Error | null) => void): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    super.close(callback);
  }

  /** Undefined where the statement is not to be kept. */
  #kept(sql: string, rest: readonly unknown[]): Statement | undefined {
    const callback = rest.at(-1);
    if (sql.length > LONGEST_CHARS || typeof callback !== 'function') return undefined;
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    // Not to be used by others before it is prepared: calls that wait for one that can't be are dropped without a word.
    const keep = (statement: Statement) => this.#keep(sql, statement);
    return this.prepare(sql, function (error) {
      if (error === null) keep(this);
      else Reflect.apply(callback, this, [error]);
    });
  }

  #keep(sql: string, statement: Statement): void {
    this.#statements.get(sql)?.finalize();
    this.#statements.set(sql, statement);
    const [oldest] = this.#statements;
    if (this.#statements.size <= MOST_STATEMENTS || oldest === undefined) return;
    this.#statements.delete(oldest[0]);
    oldest[1].finalize();
  }
}

/**
 * The same values, and a callback that hears of an error only when the statement has been reset. One that found the
 * database locked stays open until then: SQLite commits nothing beside it, and takes all that was written meanwhile back
 * when it is run again. https://sqlite.org/c3ref/reset.html
 */
function settling(statement: Statement, rest: readonly unknown[]): unknown[] {
  const callback = rest.at(-1);
  if (typeof callback !== 'function') return [...rest];
  const settled = function (this: unknown, error: Error | null, ...results: unknown[]): void {
    if (error === null) Reflect.apply(callback, this, [error, ...results]);
    else statement.reset(() => void Reflect.apply(callback, this, [error, ...results]));
  };
  return [...rest.slice(0, -1), settled];
}
