import type { ChatMessage } from '../../providers/completion.js';
import type { CompletionOptions } from '../../providers/completion-options.js';

/** A message, and what of it only those need to know who check what was written. */
export type AskedMessage = ChatMessage & {
  /** The texts of its parts, where there are several. */
  readonly textParts?: readonly string[];
};

/** The body of `POST /v1/chat/completions`, understood. */
export interface AskedCompletion {
  /** As the caller wrote it. */
  readonly model: string;
  /** All of them, those too that `partial` is made of. */
  readonly asWritten: readonly AskedMessage[];
  /** Without what is to be continued. */
  readonly messages: readonly ChatMessage[];
  /** The text that the assistant is to go on after: an assistant message that came last. */
  readonly partial?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly options: CompletionOptions;
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
