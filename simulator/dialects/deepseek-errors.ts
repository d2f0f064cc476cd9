import {
  calledIds,
  foreignPart,
  gatewayReply,
  isAccepted,
  lacksWordJson,
  messageObjects,
  numberField,
  responseFormat,
} from './dialect.js';
import type { JsonObject, PlainReply } from './dialect.js';

const ROLES = ['system', 'user', 'assistant', 'tool', 'latest_reminder'];
const MAX_OUTPUT = 393_216;
const GUIDE = 'https://api-docs.deepseek.com/guides/chat_prefix_completion';

/** `{"error":{message,type,param,code}}`, as DeepSeek writes it. */
export function deepseekError(status: number, message: string, type: string, code: string): PlainReply {
  return { status, body: { error: { message, type, param: null, code } } };
}

const invalid = (message: string): PlainReply =>
  deepseekError(400, message, 'invalid_request_error', 'invalid_request_error');

const undeserializable = (what: string): PlainReply =>
  invalid(`Failed to deserialize the JSON body into the target type: ${what}`);

export function deepseekUnauthorized(key: string): PlainReply {
  const message =
    key === ''
      ? 'Authentication Fails (auth header format should be Bearer sk-...)'
      : `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`;
  return deepseekError(401, message, 'authentication_error', 'invalid_request_error');
}

/** Why DeepSeek would refuse this body. Unknown fields it ignores. */
export function deepseekRefusal(
  body: JsonObject,
  path: string,
  models: 'any' | readonly string[],
): PlainReply | undefined {
  const messages = messageObjects(body);
  if (!messages) return undeserializable('missing field `messages` at line 1 column 2');
  for (const [index, message] of messages.entries()) {
    const role = String(message.role);
    if (!ROLES.includes(role)) {
      const expected = ROLES.map((known) => `\`${known}\``).join(', ');
      return undeserializable(
        `messages[${index}].role: unknown variant \`${role}\`, expected one of ${expected} at line 1 column 64`,
      );
    }
    const foreign = foreignPart(message);
    if (foreign !== undefined) {
      return undeserializable(
        `messages[${index}]: unknown variant \`${foreign}\`, expected \`text\` at line 1 column 90`,
      );
    }
  }
  const model = body.model;
  if (!isAccepted(model, models)) return invalid('Model Not Exist');
  const thinks = deepseekThinks(body);
  return (
    lastMessageRefusal(messages, path, model) ??
    numberRefusal(body) ??
    formatRefusal(body) ??
    (thinks ? thinkingRefusal(body, messages) : undefined)
  );
}

/** It thinks unless the request switches thinking off. */
export function deepseekThinks({ thinking }: JsonObject): boolean {
  return !(typeof thinking === 'object' && thinking !== null && 'type' in thinking && thinking.type === 'disabled');
}

function formatRefusal(body: JsonObject): PlainReply | undefined {
  if (responseFormat(body) === 'json_schema') return invalid('This response_format type is unavailable now');
  if (!lacksWordJson(body)) return undefined;
  return invalid(`Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.`);
}

function thinkingRefusal({ tool_choice: choice }: JsonObject, messages: readonly JsonObject[]): PlainReply | undefined {
  if (choice === 'required' || (typeof choice === 'object' && choice !== null)) {
    return invalid('Thinking mode does not support this tool_choice');
  }
  const forgot = messages.some((message) => calledIds(message).length > 0 && message.reasoning_content === undefined);
  return forgot ? invalid('The `reasoning_content` in the thinking mode must be passed back to the API.') : undefined;
}

function lastMessageRefusal(messages: readonly JsonObject[], path: string, model: string): PlainReply | undefined {
  if (messages.some((message) => message.prefix === true) && !path.startsWith('/beta/')) {
    return invalid('prefix is only available when using beta api (set base_url="https://api.deepseek.com/beta")');
  }
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.prefix === true) return undefined;
  return invalid(
    `The last message of ${model} must be a user message, or an assistant message with prefix mode on (refer to ${GUIDE}).`,
  );
}

function numberRefusal(body: JsonObject): PlainReply | undefined {
  const limit = numberField(body, 'max_tokens');
  if (limit !== undefined && (limit < 1 || limit > MAX_OUTPUT)) {
    return invalid(`Invalid max_tokens value, the valid range of max_tokens is [1, ${MAX_OUTPUT}]`);
  }
  const temperature = numberField(body, 'temperature');
  if (temperature !== undefined && (temperature < 0 || temperature > 2)) {
    return invalid('Invalid temperature value, the valid range of temperature is [0, 2.0]');
  }
  return undefined;
}

const BUSY = 'Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.';

const BY_STATUS: Readonly<Record<number, PlainReply>> = {
  400: {
    ...invalid(
      `This model's maximum context length is 1048565 tokens. However, you requested 1250025 tokens (1250025 in the messages, 0 in the completion). Please reduce the length of the messages or completion.`,
    ),
    headers: { 'content-type': 'application/octet-stream' },
  },
  401: deepseekUnauthorized('sk-simulated-key'),
  402: deepseekError(402, 'Insufficient Balance', 'unknown_error', 'invalid_request_error'),
  403: deepseekError(403, 'Forbidden', 'permission_error', 'invalid_request_error'),
  422: undeserializable('invalid type: string "x", expected f32 at line 1 column 20'),
  429: deepseekError(
    429,
    'Your account has reached the concurrency limit of 39 based on your remaining balance.',
    'rate_limit_error',
    'rate_limit_reached_error',
  ),
  500: deepseekError(500, 'Internal Server Error', 'internal_error', 'internal_error'),
  503: deepseekError(503, BUSY, 'service_unavailable_error', 'service_unavailable_error'),
};

export function deepseekErrorReply(status: number): PlainReply {
  return { ...(BY_STATUS[status] ?? gatewayReply(status)), status };
}
