import {
  REASONING_EFFORTS,
  type CompletionOptions,
  type JsonSchemaFormat,
  type ResponseFormat,
} from '../../providers/completion-options.js';
import type { FieldReader } from './field-reader.js';
import { readTools } from './read-tools.js';

const MAX_STOPS = 16;

/** Reads everything that shapes the answer besides the messages. */
export function readOptions(body: FieldReader): CompletionOptions {
  const responseFormat = readResponseFormat(body.reader('response_format'));
  const stop = readStop(body);
  const reasoningEffort = body.oneOf('reasoning_effort', REASONING_EFFORTS);
  return {
    ...readTools(body),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(stop === undefined ? {} : { stop }),
    ...named('seed', body.integer('seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    ...named('topP', body.number('top_p', 0, 1)),
    ...named('presencePenalty', body.number('presence_penalty', -2, 2)),
    ...named('frequencyPenalty', body.number('frequency_penalty', -2, 2)),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

function named<K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> {
  // The compiler does not see that a computed name of type K makes a record of K.
  return value === undefined ? {} : ({ [name]: value } as Record<K, number>);
}

function readStop(body: FieldReader): readonly string[] | undefined {
  const value = body.value('stop');
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? body.list('stop', MAX_STOPS) : [value];
  if (list?.every((entry) => typeof entry === 'string' && entry !== '')) {
    return list.length === 0 ? undefined : (list as readonly string[]);
  }
  throw body.invalid('stop', 'must be a string or a list of strings, none of them empty.');
}

function readResponseFormat(format: FieldReader | undefined): ResponseFormat | undefined {
  if (format === undefined) return undefined;
  format.only('type', 'json_schema');
  const type = format.oneOf('type', ['text', 'json_object', 'json_schema']);
  if (type === undefined) throw format.invalid('type', 'is needed.');
  if (type === 'text') return undefined;
  return type === 'json_object' ? { type } : readSchemaFormat(format.requiredReader('json_schema'));
}

function readSchemaFormat(format: FieldReader): JsonSchemaFormat {
  format.only('name', 'description', 'schema', 'strict');
  const description = format.string('description');
  const schema = format.opaque('schema');
  const strict = format.boolean('strict');
  return {
    type: 'json_schema',
    name: format.requiredString('name'),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { schema }),
    ...(strict === undefined ? {} : { strict }),
  };
}
