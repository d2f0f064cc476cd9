import type { FinishReason } from '../../wire/answer-event.js';

export type OpenAiFinish = 'stop' | 'length' | 'content_filter' | 'tool_calls';

/** Why a completion ends; undefined where it was cut short, which OpenAI has no word for. */
export function openAiFinish(reason: FinishReason, calledTools: boolean): OpenAiFinish | undefined {
  switch (reason) {
    case 'stop':
      return calledTools ? 'tool_calls' : 'stop';
    case 'length':
    case 'content_filter':
      return reason;
    case 'stopped':
    case 'interrupted':
    case 'error':
      return undefined;
  }
}
