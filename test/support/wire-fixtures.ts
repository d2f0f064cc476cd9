import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { CompletionPart, CompletionFinish, ReportedUsage, ToolCall } from '../../src/providers/completion.js';
import type { ProviderFailure } from '../../src/providers/provider-error.js';
import type { Dialect } from '../../src/config/app-config.js';

const FOLDER = path.join(import.meta.dirname, '../fixtures/wire');

/** What a response means, whatever it was cut into. */
export interface Meaning {
  text: string;
  reasoning: string;
  usage: ReportedUsage | undefined;
  finish: CompletionFinish | undefined;
  toolCalls: ToolCall[];
  failure: Partial<ProviderFailure> | undefined;
}

export interface WireFixture {
  name: string;
  dialect: Dialect;
  bytes: Buffer;
  meaning: Meaning;
}

/** Our own responses, one per shape that providers are known to send. */
export function wireFixtures(): WireFixture[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sse'))
    .map((file) => {
      const name = file.slice(0, -'.sse'.length);
      const { dialect, ...expected } = JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as {
        dialect: Dialect;
      } & Partial<Meaning>;
      const nothing = {
        text: '',
        reasoning: '',
        usage: undefined,
        finish: undefined,
        toolCalls: [],
        failure: undefined,
      };
      const meaning: Meaning = { ...nothing, ...expected };
      return { name, dialect, bytes: readFileSync(path.join(FOLDER, file)), meaning };
    });
}

/** Adds up parts: text and reasoning joined, of usage and finish the last. */
export function meaningOf(parts: readonly CompletionPart[]): Omit<Meaning, 'failure'> {
  const join = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    text: join('text'),
    reasoning: join('reasoning'),
    usage: parts.findLast((part) => part.type === 'usage')?.usage,
    finish: parts.findLast((part) => part.type === 'finish')?.reason,
    toolCalls: toolCallsOf(parts),
  };
}

/** The calls that the pieces make up; fails where a call has its id or name twice or not at all. */
function toolCallsOf(parts: readonly CompletionPart[]): ToolCall[] {
  const calls: ToolCall[] = [];
  for (const part of parts) {
    if (part.type !== 'tool-call') continue;
    const { index, id, name } = part;
    const known = calls[index];
    if ((known === undefined) !== (id !== undefined && name !== undefined))
      throw new Error(`a piece of call ${index} is out of order: ${JSON.stringify(part)}`);
    if (known === undefined) calls[index] = { id: id ?? '', name: name ?? '', arguments: part.arguments };
    else known.arguments += part.arguments;
  }
  return calls;
}
