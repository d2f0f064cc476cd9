import type { CompletionPart, ReportedUsage, ToolCallPart } from '../../completion.js';

/** The parts of one socket read: neighbours of one kind are one part, and of several usages only the last counts. */
export class PartList {
  #parts: CompletionPart[] = [];
  #usage: ReportedUsage | undefined;

  say(type: 'text' | 'reasoning', text: string): void {
    if (text === '') return;
    const last = this.#parts.at(-1);
    if (last?.type === type) last.text += text;
    else this.#parts.push({ type, text });
  }

  call(part: ToolCallPart): void {
    const last = this.#parts.at(-1);
    if (last?.type === 'tool-call' && last.index === part.index && part.id === undefined)
      last.arguments += part.arguments;
    else this.#parts.push(part);
  }

  use(usage: ReportedUsage): void {
    this.#usage = usage;
  }

  /** What was collected since the last call, usage last. */
  take(): CompletionPart[] {
    const parts = this.#parts;
    if (this.#usage !== undefined) parts.push({ type: 'usage', usage: this.#usage });
    this.#parts = [];
    this.#usage = undefined;
    return parts;
  }
}
