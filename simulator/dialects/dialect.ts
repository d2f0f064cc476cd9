import type { SimulatedCall } from '../answers/tool-calls.js';
import type { Pace, ProviderName } from '../settings.js';

export type JsonObject = Record<string, unknown>;

/** A whole HTTP answer other than a stream; an object body is sent as JSON. */
export interface PlainReply {
  status: number;
  headers?: Record<string, string>;
  body: string | JsonObject;
}

/** One answer, before it takes a provider's shape. */
export interface Reply {
  readonly id: string;
  /** Decides what varies from answer to answer (padding, grouping). */
  readonly seed: number;
  /** Milliseconds UTC. */
  readonly startedAt: number;
  readonly model: string;
  readonly reasoning: readonly string[];
  /** Whether reasoning has its own fields, even where it is empty. */
  readonly thinks: boolean;
  readonly text: readonly string[];
  /** Tools that are called after the text. */
  readonly calls: readonly SimulatedCall[];
  /** Undefined: the stream ends without a closing chunk. */
  readonly finish: string | undefined;
  readonly usage: { readonly prompt: number; readonly completion: number; readonly reasoning: number };
  /** `stream_options.include_usage`. */
  readonly includeUsage: boolean;
}

/** One event's JSON and how many tokens it holds. */
export interface Chunk {
  readonly data: JsonObject;
  readonly reasoning: number;
  readonly text: number;
  /** Holds the finish reason. */
  readonly closing?: boolean;
}

/** What differs between the providers. */
export interface Dialect {
  readonly name: ProviderName;
  /** Path of the base URL; the first of {@link paths} is it plus `/chat/completions`. */
  readonly basePath: string;
  readonly paths: readonly string[];
  readonly models: readonly string[];
  readonly pace: Pace;
  /** Sent as a comment line while the first token is awaited; undefined: nothing is sent. */
  readonly keepAlive: string | undefined;
  /** What a reply repeats of an assistant message that the prefix feature continues. */
  readonly prefixReply: 'echo' | 'rest';

  /** Why the real provider would refuse this body; undefined: it would not. */
  refusal(body: JsonObject, path: string, models: 'any' | readonly string[]): PlainReply | undefined;
  unauthorized(key: string): PlainReply;
  unknownPath(method: string, path: string): PlainReply;
  malformedJson(): PlainReply;
  /** The provider's own answer of this status, where no cause is known. */
  errorReply(status: number): PlainReply;

  thinking(body: JsonObject): 'none' | 'separate' | 'inline';
  maxTokens(body: JsonObject): number | undefined;

  streamHeaders(reply: Reply): Record<string, string>;
  jsonHeaders(reply: Reply): Record<string, string>;
  chunks(reply: Reply): Generator<Chunk, void, undefined>;
  /** A chunk with this text alone. */
  textChunk(reply: Reply, text: string): JsonObject;
  /** The chunks of tool calls, the closing one included if the reply finishes. */
  callChunks(reply: Reply, calls: readonly SimulatedCall[]): Chunk[];
  /** The answer to a request that doesn't stream. */
  completion(reply: Reply): JsonObject;
  errorEvent(message: string, status: number | undefined): { event?: string; data: JsonObject };
}

/** `content-type`s of a stream differ by provider, that of JSON doesn't. */
export const JSON_TYPE = 'application/json';

/** A number field of a body, else undefined. */
export function numberField(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
}

/** What a message calls: the ids of its tool calls. */
export function calledIds(message: JsonObject): string[] {
  const calls: readonly unknown[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return calls.map((call) => (typeof call === 'object' && call !== null && 'id' in call ? String(call.id) : ''));
}

/** The type of a part in a message's content that is no text; undefined where there is none. */
export function foreignPart({ content }: JsonObject): string | undefined {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  const types = parts.map((part) => (typeof part === 'object' && part !== null && 'type' in part ? part.type : ''));
  return types.map(String).find((type) => type !== 'text');
}

/** The `type` of a body's `response_format`. */
export function responseFormat(body: JsonObject): unknown {
  const format = body.response_format;
  return typeof format === 'object' && format !== null && 'type' in format ? format.type : undefined;
}

/** JSON mode requires the word JSON in a message. */
export function lacksWordJson(body: JsonObject): boolean {
  return responseFormat(body) === 'json_object' && !/json/i.test(JSON.stringify(body.messages));
}

/** The messages of a body as objects; undefined where they aren't a non-empty list of objects. */
export function messageObjects(body: JsonObject): JsonObject[] | undefined {
  const messages: unknown = body.messages;
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const list: readonly unknown[] = messages;
  const objects = list.filter((message): message is JsonObject => typeof message === 'object' && message !== null);
  return objects.length === list.length ? objects : undefined;
}

export function isAccepted(model: unknown, models: 'any' | readonly string[]): model is string {
  return typeof model === 'string' && model !== '' && (models === 'any' || models.includes(model));
}

/** Bodies of the proxies in front of the providers: not JSON. */
export function gatewayReply(status: number): PlainReply {
  if (status === 502 || status >= 520) {
    return {
      status,
      headers: { 'content-type': 'text/plain; charset=UTF-8', server: 'cloudflare' },
      body: `error code: ${status}`,
    };
  }
  const title = status === 504 ? '504 Gateway Time-out' : `${status} Error`;
  const html = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'content-type': 'text/html', server: 'cloudflare' }, body: html };
}
