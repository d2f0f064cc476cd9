import type { ChatMessage } from '../../providers/completion.js';
import type { CompletionOptions } from '../../providers/completion-options.js';

/** A message, with what only safety checks need to know. */
export type AskedMessage = ChatMessage & {
  /** The texts of its parts, where it has several. */
  readonly textParts?: readonly string[];
};

/** The body of `POST /v1/chat/completions` after reading. */
export interface AskedCompletion {
  /** As the caller wrote it. */
  readonly model: string;
  /** All messages, also those that `partial` is made of. */
  readonly asWritten: readonly AskedMessage[];
  /** The messages without the part to continue. */
  readonly messages: readonly ChatMessage[];
  /** Text that the answer must continue: from assistant messages at the end. */
  readonly partial?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly options: CompletionOptions;
  readonly reply: ReplyOptions;
}

/** The form of the reply. */
export interface ReplyOptions {
  readonly stream: boolean;
  /** `stream_options.include_usage`: a last chunk holds the usage. */
  readonly includeUsage: boolean;
  /** `rondo.events`: chunks also carry Rondo's own events. */
  readonly events: boolean;
}
