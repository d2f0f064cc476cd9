import { calledIds, gatewayReply, isAccepted, messageObjects, numberField } from './dialect.js';
import type { JsonObject, PlainReply } from './dialect.js';

const FIELDS = new Set(
  (
    'model messages temperature top_p max_tokens stream stop random_seed metadata response_format tools tool_choice ' +
    'presence_penalty frequency_penalty n prediction parallel_tool_calls reasoning_effort prompt_mode guardrails ' +
    'prompt_cache_key service_tier safe_prompt'
  ).split(' '),
);
const MESSAGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'prefix'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};
const CONTEXT_TOKENS = 262_144;

/** `{"object":"error",…}`, as Mistral writes it; `code` is a string. */
export function mistralError(status: number, message: unknown, type: string, code: string | null): PlainReply {
  return { status, body: { object: 'error', message, type, param: null, code, raw_status_code: status } };
}

const invalid = (message: string, type = 'invalid_request_error', code: string | null = null): PlainReply => ({
  status: 400,
  body: { object: 'error', message, type, param: null, code },
});

function unprocessable(type: string, loc: readonly (string | number)[], msg: string, input: unknown): PlainReply {
  const detail = [{ type, loc: ['body', ...loc], msg, input }];
  return {
    status: 422,
    body: { object: 'error', message: { detail }, type: 'invalid_request_error', param: null, code: null },
  };
}

const forbidden = (loc: readonly (string | number)[], input: unknown): PlainReply =>
  unprocessable('extra_forbidden', loc, 'Extra inputs are not permitted', input);

/** Why Mistral would refuse this body. */
export function mistralRefusal(body: JsonObject, models: 'any' | readonly string[]): PlainReply | undefined {
  for (const [name, value] of Object.entries(body)) {
    if (!FIELDS.has(name)) return forbidden([name], value);
  }
  const messages = messageObjects(body);
  if (!messages) return unprocessable('missing', ['messages'], 'Field required', body);
  return (
    fieldRefusal(messages) ??
    numberRefusal(body) ??
    modelRefusal(body.model, models) ??
    toolIdRefusal(messages) ??
    orderRefusal(messages)
  );
}

function fieldRefusal(messages: readonly JsonObject[]): PlainReply | undefined {
  for (const [index, message] of messages.entries()) {
    const role = String(message.role);
    const fields = MESSAGE_FIELDS[role];
    if (!fields) {
      const expected = `'system', 'user', 'assistant', 'tool'`;
      const msg = `Input tag '${role}' found using 'role' does not match any of the expected tags: ${expected}`;
      return unprocessable('union_tag_invalid', ['messages', index], msg, message);
    }
    for (const [name, value] of Object.entries(message)) {
      if (!fields.includes(name)) return forbidden(['messages', index, role, name], value);
    }
  }
  return undefined;
}

function numberRefusal(body: JsonObject): PlainReply | undefined {
  const temperature = numberField(body, 'temperature');
  if (temperature !== undefined && temperature > 1.5) {
    return unprocessable('less_than_equal', ['temperature'], 'Input should be less than or equal to 1.5', temperature);
  }
  const topP = numberField(body, 'top_p');
  if (topP !== undefined && (topP <= 0 || topP > 1)) {
    return unprocessable('greater_than', ['top_p'], 'Input should be greater than 0', topP);
  }
  const seed = numberField(body, 'random_seed');
  if (seed !== undefined && seed < 0) {
    return unprocessable('greater_than_equal', ['random_seed'], 'Input should be greater than or equal to 0', seed);
  }
  const limit = numberField(body, 'max_tokens');
  if (limit !== undefined && (limit < 0 || limit >= CONTEXT_TOKENS)) {
    return unprocessable(
      'value_error',
      ['max_tokens'],
      `Value error, max_tokens must be below ${CONTEXT_TOKENS}`,
      limit,
    );
  }
  return undefined;
}

function modelRefusal(model: unknown, models: 'any' | readonly string[]): PlainReply | undefined {
  return isAccepted(model, models) ? undefined : invalid(`Invalid model: ${String(model)}`, 'invalid_model', '1500');
}

function toolIdRefusal(messages: readonly JsonObject[]): PlainReply | undefined {
  const ids = messages.flatMap((message) => [
    ...calledIds(message),
    ...(message.role === 'tool' ? [String(message.tool_call_id)] : []),
  ]);
  const wrong = ids.find((id) => !/^[A-Za-z0-9]{9}$/.test(id));
  if (wrong === undefined) return undefined;
  const text = `Tool call id was ${wrong} but must be a-z, A-Z, 0-9, with a length of 9.`;
  return invalid(text, 'invalid_function_call', '3280');
}

function orderRefusal(messages: readonly JsonObject[]): PlainReply | undefined {
  for (const [index, message] of messages.entries()) {
    const role = String(message.role);
    const before = String(messages[index - 1]?.role);
    if ((before === 'tool' && role === 'user') || (role === 'tool' && (before === 'user' || before === 'system'))) {
      return invalid(`Unexpected role '${role}' after role '${before}'`, 'invalid_request_message_order', '3230');
    }
    if (role === 'assistant' && (message.content ?? '') === '' && message.tool_calls === undefined) {
      const text = 'Assistant message must have either content or tool_calls, but not none.';
      return invalid(text, 'invalid_request_assistant_message', '3240');
    }
  }
  const last = messages.at(-1);
  const role = String(last?.role);
  if (role === 'user' || role === 'tool' || (role === 'assistant' && last?.prefix === true)) return undefined;
  return invalid(
    `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${role}`,
    role === 'assistant' ? 'invalid_request_error' : 'invalid_request_message_order',
    role === 'assistant' ? null : '3230',
  );
}

const BY_STATUS: Readonly<Record<number, PlainReply>> = {
  400: invalid(`Prompt contains 300000 tokens, too large for model with ${CONTEXT_TOKENS} maximum context length`),
  401: { status: 401, body: '{"detail":"Invalid API Key"}\n', headers: { 'content-type': 'application/json' } },
  402: mistralError(402, 'Payment required', 'payment_required', '1402'),
  403: mistralError(403, 'Forbidden', 'forbidden', '1403'),
  404: { status: 404, body: { detail: 'Not Found' } },
  422: forbidden(['stream_options', 'include_usage'], true),
  429: { ...mistralError(429, 'Rate limit exceeded', 'rate_limited', '1300'), headers: { 'retry-after': '5' } },
  500: mistralError(500, 'Internal Server Error', 'internal_server_error', '1000'),
  503: mistralError(503, 'Service tier capacity exceeded for this model.', 'service_tier_capacity_exceeded', '3505'),
};

export function mistralErrorReply(status: number): PlainReply {
  return { ...(BY_STATUS[status] ?? gatewayReply(status)), status };
}
