type Schema = Record<string, unknown>;

const MOST_DEPTH = 8;

/** A value that fits a JSON Schema, always the same for the same question; text comes from the question. */
export function sampleJson(schema: unknown, question: string, depth = 0): unknown {
  if (!isSchema(schema) || depth > MOST_DEPTH) return null;
  if (schema.const !== undefined) return schema.const;
  const choices = listOf(schema.enum);
  if (choices.length > 0) return choices[0];
  const variants = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (variants.length > 0) return sampleJson(variants[0], question, depth + 1);
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return subjectOf(question);
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 7;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [sampleJson(schema.items, question, depth + 1)];
    default:
      return sampleObject(schema, question, depth);
  }
}

function sampleObject(schema: Schema, question: string, depth: number): Record<string, unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, sampleJson(inner, question, depth + 1)]),
  );
}

/** What a question is about: its last word with a capital letter behind the first word, else its last word. */
function subjectOf(question: string): string {
  const words = question.match(/[\p{L}\p{N}-]+/gu) ?? [];
  return words.slice(1).findLast((word) => /^\p{Lu}/u.test(word)) ?? words.at(-1) ?? 'tide';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
