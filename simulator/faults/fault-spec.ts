/** The vocabulary of scripted faults. Every member is plain JSON, so the HTTP control takes the same objects. */

/** Which requests a fault applies to. */
export interface FaultScope {
  /** How many matching requests; absent: until cleared. */
  times?: number;
  /** Only where the user's question contains this text. */
  match?: string;
  /** Only fresh answers, or only requests to continue a partial answer. */
  on?: 'fresh' | 'continuation';
}

/** Where a stream leaves its course; tokens are the simulator's own. Absent: a few text tokens in. */
export interface CutPosition {
  /** After this many tokens of text, then of tool calls' arguments (0: before the first; more than there are: after the last). */
  afterTokens?: number;
  /** After this many tokens of reasoning instead, before any text. */
  afterReasoning?: number;
}

/** Replaces the whole HTTP response. */
export type ResponseFault =
  /** Without a body: the provider's own for that status. An object is sent as JSON. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string | object }
  | {
      kind: 'instead-of-stream';
      body: 'error-json' | 'completion-json' | 'html' | 'empty' | 'octet-stream';
      status?: number;
    }
  /** The connection stays open, nothing is ever sent. */
  | { kind: 'no-headers' };

/** Changes how a stream continues or ends. */
export type StreamFault = CutPosition &
  (
    | {
        kind: 'reset';
        /** `byte` needs the body offset in {@link byte}; `mid-event` breaks the event after the cut position in half. */
        at: 'before-headers' | 'after-headers' | 'cut' | 'mid-event' | 'after-last-event' | 'byte';
        byte?: number;
        /** `fin` closes the socket without ending the chunked body. Default `rst`. */
        how?: 'rst' | 'fin';
      }
    /** Headers (and with `opening` the first chunk with the role), then nothing. */
    | { kind: 'no-token'; opening?: boolean }
    /** Headers, then endless comment lines. */
    | { kind: 'comments'; everyMs?: number }
    /** Silence after the cut position: endless, for `forMs`, or (`held`) until `resume()`; `comments` sends comment lines meanwhile. */
    | { kind: 'stall'; forMs?: number; held?: boolean; comments?: boolean }
    /** A clean end of the body without finish reason or `[DONE]`. */
    | { kind: 'truncate' }
    /** An error event in the provider's shape; `status` adds `status_code` (Groq) or `raw_status_code` (Mistral). */
    | { kind: 'error-event'; status?: number; message?: string; done?: boolean }
    /** A chunk with a top-level `error`, then `[DONE]` unless `done` is false. */
    | { kind: 'error-in-chunk'; message?: string; done?: boolean }
    /** A line `error: {…}` without `data:`. */
    | { kind: 'error-field'; message?: string }
    /** Ends with this finish reason (`error`, `insufficient_system_resource`, `content_filter`, …) and usage. */
    | { kind: 'finish'; reason: string }
    /** `x_groq.error` on a chunk, then the end; `done` adds `[DONE]`. */
    | { kind: 'x-groq-error'; message?: string; done?: boolean }
    /** `[DONE]` without a finish reason; after the whole text unless a cut position is given. */
    | { kind: 'done-without-finish' }
    /** The whole text and a finish reason, no `[DONE]`. */
    | { kind: 'finish-without-done' }
    /** The whole answer, `[DONE]`, then a chunk with this text. */
    | { kind: 'text-after-done'; text?: string }
    /** A tool call in the provider's shape, finish reason `tool_calls`. */
    | { kind: 'tool-call' }
  );

export interface Framing {
  lineEnd?: 'lf' | 'crlf' | 'cr';
  bom?: boolean;
  /** `data:{…}` instead of `data: {…}`. */
  noSpace?: boolean;
  /** The body ends right after the last event's data. */
  noFinalBlankLine?: boolean;
  /** Each event's JSON over several `data:` lines. */
  multiLineData?: boolean;
  /** `event: message`, `id:` and `retry:` with each event. */
  extraFields?: boolean;
  /** Compressed, whatever the client accepts. */
  gzip?: boolean;
  /** Bytes of each write to the socket. */
  splitBytes?: number;
  /** Writes of random sizes from 1 to 64 bytes, the same for the same seed. */
  splitSeed?: number;
}

export type UsageMode = 'duplicate' | 'growing' | 'zero' | 'null' | 'absent' | 'separate';

/** Changes a stream that otherwise takes its course; several apply together, and with one fault of another family. */
export type ModifierFault =
  | ({ kind: 'framing' } & Framing)
  | { kind: 'usage'; mode: UsageMode }
  /** A slow drip, or another pace. */
  | { kind: 'pace'; firstTokenMs?: number; tokenMs?: number }
  /** Bytes put between two events, as they are. */
  | { kind: 'insert'; raw: string; afterTokens?: number }
  /** Adds to the answer's text a NUL, a lone surrogate, or one token that makes a line of this many bytes. */
  | { kind: 'text'; nul?: boolean; loneSurrogate?: boolean; longLineBytes?: number; afterTokens?: number };

/** Closes the listening port until `clear()`, and idle connections; `cutRunning` resets the running ones too. */
export interface RefuseFault {
  kind: 'refuse';
  cutRunning?: boolean;
}

/** One scripted fault. A request takes the first matching response or stream fault, and every matching modifier. */
export type FaultSpec = RefuseFault | (FaultScope & (ResponseFault | StreamFault | ModifierFault));

export type FaultKind = FaultSpec['kind'];
