import type { ChatMessage } from '../../providers/completion.js';
import type { CompletionOptions } from '../../providers/completion-options.js';

/** The body of `POST /v1/chat/completions`, understood. */
export interface AskedCompletion {
  /** As the caller wrote it. */
  readonly model: string;
  /** Without what is to be continued. */
  readonly messages: readonly ChatMessage[];
  /** The text that the assistant is to go on after: an assistant message that came last. */
  readonly partial?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly options: CompletionOptions;
  /** Who asks, if the caller says so by an id. */
  readonly user?: string;
  readonly reply: ReplyOptions;
}

/** How the answer is to be told. */
export interface ReplyOptions {
  readonly stream: boolean;
  /** `stream_options.include_usage`: a last chunk with what was used. */
  readonly includeUsage: boolean;
  /** `rondo.events`: Rondo's own events besides. */
  readonly events: boolean;
}
