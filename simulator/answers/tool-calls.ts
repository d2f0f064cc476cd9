import { sampleJson } from './sample-json.js';
import { isRecord } from './conversation.js';

/** A call that the simulated model makes. */
export interface SimulatedCall {
  name: string;
  /** JSON. */
  arguments: string;
}

interface Tool {
  name: string;
  parameters: unknown;
}

/**
 * The tools that a request makes the model call. A question is answered by a call of the first tool (`both` or `each` in
 * it: of the first two at once) unless it is of those that say word for word what to answer; what tools gave back is
 * answered in words, unless `tool_choice` forces a call.
 */
export function callsFor(body: Record<string, unknown>, question: string): SimulatedCall[] {
  const tools = toolsOf(body.tools);
  const choice = body.tool_choice;
  if (choice === 'none') return [];
  const named = tools.find(({ name }) => name === nameOf(choice));
  if (named !== undefined) return [callOf(named, question)];
  if (choice !== 'required' && choice !== 'any' && !invites(body, question)) return [];
  const several = /\b(both|each)\b/i.test(question) && body.parallel_tool_calls !== false;
  return tools.slice(0, several ? 2 : 1).map((tool) => callOf(tool, question));
}

/** Text that goes before the calls. */
export function saidBeforeCalls(question: string): string {
  return /\bfirst say\b/i.test(question) ? 'Let me look that up.' : '';
}

function invites(body: Record<string, unknown>, question: string): boolean {
  const last: unknown = Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
  if (!isRecord(last) || last.role !== 'user') return false;
  return !/^\s*echo:|\bcount\b.*\bto \d/i.test(question);
}

function callOf({ name, parameters }: Tool, question: string): SimulatedCall {
  return { name, arguments: JSON.stringify(parameters === undefined ? {} : sampleJson(parameters, question)) };
}

function toolsOf(value: unknown): Tool[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((tool) => {
    const called = isRecord(tool) ? tool.function : undefined;
    return isRecord(called) && typeof called.name === 'string'
      ? [{ name: called.name, parameters: called.parameters }]
      : [];
  });
}

function nameOf(choice: unknown): unknown {
  return isRecord(choice) && isRecord(choice.function) ? choice.function.name : undefined;
}
