import type { CompletionOptions, FunctionTool, ToolChoice } from '../../providers/completion-options.js';
import type { FieldReader } from './field-reader.js';

export const MAX_TOOLS = 128;
/** Choices that name no tool. */
const WORDS = ['none', 'auto', 'required'] as const;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

type ToolOptions = Pick<CompletionOptions, 'tools' | 'toolChoice' | 'parallelToolCalls'>;

/** Reads `tools`, `tool_choice` and `parallel_tool_calls`; the last two mean nothing without the first. */
export function readTools(body: FieldReader): ToolOptions {
  const tools = body.readers('tools', MAX_TOOLS)?.map(readTool) ?? [];
  const names = tools.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw body.invalid('tools', 'must not hold two tools of one name.');
  const toolChoice = readToolChoice(body, names);
  const parallelToolCalls = body.boolean('parallel_tool_calls');
  if (tools.length === 0) return {};
  return {
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
  };
}

/** A function's name, shared by model and caller. */
export function readFunctionName(called: FieldReader): string {
  const name = called.requiredString('name');
  if (!NAME.test(name)) throw called.invalid('name', 'must be 1–64 of A-Za-z0-9_-.');
  return name;
}

/** Takes functions alone: no provider here has other tools. */
export function requireFunction(entry: FieldReader): FieldReader {
  const type = entry.requiredString('type');
  if (type !== 'function') throw entry.invalid('type', 'must be "function": no other tools can be offered here.');
  return entry.requiredReader('function');
}

function readTool(entry: FieldReader): FunctionTool {
  const called = requireFunction(entry);
  entry.only('type', 'function');
  called.only('name', 'description', 'parameters', 'strict');
  const name = readFunctionName(called);
  const description = called.string('description');
  const parameters = called.opaque('parameters');
  const strict = called.boolean('strict');
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(strict === undefined ? {} : { strict }),
  };
}

function readToolChoice(body: FieldReader, names: readonly string[]): ToolChoice | undefined {
  const choice = readChoice(body, names);
  if (names.length > 0 || choice === undefined || choice === 'none' || choice === 'auto') return choice;
  throw body.invalid('tool_choice', 'needs `tools`.');
}

function readChoice(body: FieldReader, names: readonly string[]): ToolChoice | undefined {
  if (typeof body.value('tool_choice') === 'object') return readNamedChoice(body.reader('tool_choice'), names);
  const word = WORDS.find((candidate) => candidate === body.value('tool_choice'));
  if (word !== undefined || body.value('tool_choice') === undefined) return word;
  throw body.invalid('tool_choice', 'must be "none", "auto", "required", or an object that names one of the `tools`.');
}

function readNamedChoice(entry: FieldReader | undefined, names: readonly string[]): ToolChoice | undefined {
  if (entry === undefined) return undefined;
  const called = requireFunction(entry);
  const name = readFunctionName(called);
  if (!names.includes(name)) throw called.invalid('name', 'must be the name of one of the `tools`.');
  return { name };
}
