import { tokenize } from '../answers/tokenize.js';
import type { SimulatedCall } from '../answers/tool-calls.js';
import type { Reply } from '../dialects/dialect.js';
import type { CutPosition, StreamFault } from '../faults/fault-spec.js';

/** Where a cut falls if a fault doesn't say. */
const DEFAULT_CUT = 3;

/** The answer up to a cut position, without a closing chunk. */
export function cut(reply: Reply, { afterTokens, afterReasoning }: CutPosition): Reply {
  if (afterReasoning !== undefined) {
    return { ...reply, reasoning: reply.reasoning.slice(0, afterReasoning), text: [], calls: [], finish: undefined };
  }
  const tokens = afterTokens ?? DEFAULT_CUT;
  const text = reply.text.slice(0, tokens);
  return { ...reply, text, calls: cutCalls(reply.calls, tokens - reply.text.length), finish: undefined };
}

/** Calls whose arguments have no more than so many tokens; what of the last one is left is no JSON any more. */
function cutCalls(calls: readonly SimulatedCall[], tokens: number): SimulatedCall[] {
  let left = tokens;
  return calls.flatMap((call) => {
    if (left <= 0) return [];
    const kept = tokenize(call.arguments).slice(0, left);
    left -= kept.length;
    return [{ ...call, arguments: kept.join('') }];
  });
}

/** The part of an answer that is sent as it should be, before the fault does its own. */
export function soundPart(reply: Reply, fault: StreamFault | undefined): Reply {
  if (!fault) return reply;
  switch (fault.kind) {
    case 'reset':
      return fault.at === 'cut' || fault.at === 'mid-event' ? cut(reply, fault) : reply;
    case 'stall':
      return resumes(fault) ? reply : cut(reply, fault);
    case 'finish':
      return { ...cut(reply, fault), finish: fault.reason };
    case 'done-without-finish':
      return hasPosition(fault) ? cut(reply, fault) : { ...reply, finish: undefined };
    case 'no-token':
    case 'comments':
      return { ...reply, reasoning: [], text: [], calls: [], finish: undefined };
    case 'finish-without-done':
    case 'text-after-done':
      return reply;
    default:
      return cut(reply, fault);
  }
}

/** Whether the opening chunk, which holds only the role, is sent. */
export function opens(fault: StreamFault | undefined): boolean {
  if (!fault) return true;
  if (fault.kind === 'no-token') return fault.opening === true;
  if (fault.kind === 'comments') return false;
  return !(fault.kind === 'reset' && (fault.at === 'before-headers' || fault.at === 'after-headers'));
}

/** Whether a stream continues after its silence. */
export function resumes(fault: Extract<StreamFault, { kind: 'stall' }>): boolean {
  return fault.forMs !== undefined || fault.held === true;
}

/** Whether a position is reached with so many tokens sent. */
export function reached(position: CutPosition, reasoning: number, text: number): boolean {
  if (position.afterReasoning !== undefined) return reasoning >= position.afterReasoning;
  return text >= (position.afterTokens ?? DEFAULT_CUT);
}

function hasPosition(position: CutPosition): boolean {
  return position.afterTokens !== undefined || position.afterReasoning !== undefined;
}
