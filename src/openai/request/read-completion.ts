import type { AskedCompletion, AskedMessage, ReplyOptions } from './asked-completion.js';
import { FieldReader } from './field-reader.js';
import { refuseOtherFields } from './other-fields.js';
import { readMessages } from './read-messages.js';
import { readOptions } from './read-options.js';

const MAX_TOKENS = 10_000_000;

/**
 * Reads a body.
 * @throws ProblemException 400 that names the first wrong field
 */
export function readCompletion(body: unknown): AskedCompletion {
  const fields = FieldReader.of(body, '');
  refuseOtherFields(fields);
  // Any text will do, as at OpenAI; the CallerGuard decides whom it names.
  fields.string('user');
  const temperature = fields.number('temperature', 0, 2);
  const maxTokens = readMaxTokens(fields);
  return {
    model: fields.requiredString('model'),
    ...withoutPartial(fields, readMessages(fields)),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    options: readOptions(fields),
    reply: readReplyOptions(fields),
  };
}

/** The newer name wins. */
function readMaxTokens(fields: FieldReader): number | undefined {
  const older = fields.integer('max_tokens', 1, MAX_TOKENS);
  return fields.integer('max_completion_tokens', 1, MAX_TOKENS) ?? older;
}

/** Takes assistant messages at the end as the beginning of the answer, as providers with this feature do. */
function withoutPartial(
  fields: FieldReader,
  asWritten: readonly AskedMessage[],
): Pick<AskedCompletion, 'asWritten' | 'messages' | 'partial'> {
  const end = asWritten.findLastIndex(({ role }) => role !== 'assistant') + 1;
  if (end === 0) throw fields.invalid('messages', 'must hold a message of the user.');
  const partial = asWritten
    .slice(end)
    .map(({ content }) => content)
    .join('\n\n');
  return {
    asWritten,
    messages: asWritten.slice(0, end),
    ...(partial.trim() === '' ? {} : { partial: partial.toWellFormed() }),
  };
}

function readReplyOptions(fields: FieldReader): ReplyOptions {
  const stream = fields.boolean('stream') ?? false;
  const streamOptions = fields.reader('stream_options');
  streamOptions?.only('include_usage', 'include_obfuscation');
  const rondo = fields.reader('rondo');
  rondo?.only('events');
  return {
    stream,
    includeUsage: streamOptions?.boolean('include_usage') ?? false,
    events: rondo?.boolean('events') ?? false,
  };
}
