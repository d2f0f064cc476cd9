/**
 * What questions, checkpoints and answers write is one statement each, whatever its number of rows: each statement is a
 * way to a thread and back, and a transaction of several is held up at each. The rows go in as JSON, through views of
 * the writing connection whose triggers do the rest. The statements are always the same, so they stay prepared.
 */

/**
 * A field of a text is found by parsing all that is around it, so longer texts are bound as values of their own, each by
 * a statement of its own.
 */
export const LONGEST_TEXT_IN_JSON = 4_096;

/** A field of the row: its name, or its path. */
export function of(field: string): string {
  return `NEW."row" ->> '${field}'`;
}

/** `rows`: the view, and which of its rows. */
export function trigger(name: string, rows: string, statements: readonly string[]): string {
  const body = statements.map((statement) => `${statement};`).join('\n');
  return `CREATE TEMP TRIGGER "${name}" INSTEAD OF INSERT ON ${rows} BEGIN\n${body}\nEND`;
}
