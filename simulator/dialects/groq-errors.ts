import {
  foreignPart,
  gatewayReply,
  isAccepted,
  lacksWordJson,
  messageObjects,
  numberField,
  responseFormat,
} from './dialect.js';
import type { JsonObject, PlainReply } from './dialect.js';

const FIELDS = new Set(
  (
    'messages model stream stream_options temperature top_p seed stop tools tool_choice parallel_tool_calls functions ' +
    'function_call response_format user service_tier reasoning_effort reasoning_format include_reasoning max_tokens ' +
    'max_completion_tokens n presence_penalty frequency_penalty search_settings documents citation_options ' +
    'compound_custom disable_tool_validation exclude_domains include_domains metadata store'
  ).split(' '),
);
const MESSAGE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'function_call', 'reasoning'],
  tool: ['role', 'content', 'tool_call_id'],
};
const MAX_OUTPUT = 65_536;

/** `{"error":{message,type,code?}}`, as Groq writes it. */
export function groqError(status: number, message: string, type: string, code?: string): PlainReply {
  return { status, body: { error: { message, type, ...(code === undefined ? {} : { code }) } } };
}

const invalid = (message: string, code?: string): PlainReply => groqError(400, message, 'invalid_request_error', code);

/** Why Groq would refuse this body. */
export function groqRefusal(body: JsonObject, models: 'any' | readonly string[]): PlainReply | undefined {
  for (const name of Object.keys(body)) {
    if (!FIELDS.has(name)) return invalid(`property '${name}' is unsupported`);
  }
  const messages = messageObjects(body);
  if (!messages) return invalid(`'messages' : minimum number of items is 1`);
  const model = body.model;
  if (!isAccepted(model, models)) {
    const message = `The model \`${String(model)}\` does not exist or you do not have access to it.`;
    return groqError(404, message, 'invalid_request_error', 'model_not_found');
  }
  return messageRefusal(messages) ?? numberRefusal(body) ?? formatRefusal(body);
}

function messageRefusal(messages: readonly JsonObject[]): PlainReply | undefined {
  for (const [index, message] of messages.entries()) {
    const role = String(message.role);
    const fields = MESSAGE_FIELDS[role];
    const at = `'messages.${index}'`;
    if (!fields) return invalid(`${at} : discriminator property 'role' has invalid value`);
    if (foreignPart(message) !== undefined) {
      return invalid(
        `${at} : for 'role:${role}' the following must be satisfied[('messages.${index}.content' : value must be a string)]`,
      );
    }
    const unknown = Object.keys(message).find((name) => !fields.includes(name));
    if (unknown !== undefined) {
      const hint = unknown === 'reasoning_content' ? `, did you mean 'reasoning'?` : '';
      return invalid(
        `${at} : for 'role:${role}' the following must be satisfied[(${at} : property '${unknown}' is unsupported${hint})]`,
      );
    }
  }
  return undefined;
}

function numberRefusal(body: JsonObject): PlainReply | undefined {
  const limit = numberField(body, 'max_completion_tokens') ?? numberField(body, 'max_tokens');
  if (limit !== undefined && limit > MAX_OUTPUT) {
    return invalid(
      `\`max_completion_tokens\` must be less than or equal to \`${MAX_OUTPUT}\`, the maximum value for \`max_completion_tokens\` is less than the \`context_window\` for this model`,
    );
  }
  const temperature = numberField(body, 'temperature');
  if (temperature !== undefined && (temperature < 0 || temperature > 2)) {
    return invalid(`'temperature' : number must be at most 2`);
  }
  return undefined;
}

function formatRefusal(body: JsonObject): PlainReply | undefined {
  const { stop } = body;
  if (Array.isArray(stop) && stop.length > 4) return invalid(`'stop' : maximum number of items is 4`);
  if (lacksWordJson(body)) {
    return invalid(
      `'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.`,
    );
  }
  if (responseFormat(body) !== 'json_schema') return undefined;
  if (body.stream === true) return invalid('`response_format` does not support streaming');
  return body.tools === undefined ? undefined : invalid('json mode cannot be combined with tool/function calling');
}

const MODEL = 'openai/gpt-oss-120b';
const HELP = 'Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing';

const BY_STATUS: Readonly<Record<number, PlainReply>> = {
  400: invalid('Please reduce the length of the messages or completion.', 'context_length_exceeded'),
  401: invalid('Invalid API Key', 'invalid_api_key'),
  403: groqError(403, 'Forbidden', 'permissions_error', 'forbidden'),
  404: groqError(
    404,
    `The model \`${MODEL}\` does not exist or you do not have access to it.`,
    'invalid_request_error',
    'model_not_found',
  ),
  413: groqError(
    413,
    `Request too large for model \`${MODEL}\` in organization \`org_simulated\` service tier \`on_demand\` on tokens per minute (TPM): Limit 8000, Requested 12638, please reduce your message size and try again. ${HELP}`,
    'tokens',
    'rate_limit_exceeded',
  ),
  422: groqError(422, 'Unprocessable Entity', 'invalid_request_error'),
  429: {
    ...groqError(
      429,
      `Rate limit reached for model \`${MODEL}\` in organization \`org_simulated\` service tier \`on_demand\` on tokens per minute (TPM): Limit 8000, Used 7713, Requested 1166. Please try again in 6.592499999s. ${HELP}`,
      'tokens',
      'rate_limit_exceeded',
    ),
    headers: {
      'retry-after': '7',
      'x-ratelimit-limit-tokens': '8000',
      'x-ratelimit-remaining-tokens': '287',
      'x-ratelimit-reset-tokens': '6.592499999s',
    },
  },
  498: groqError(498, 'Flex tier capacity exceeded, please try again later', 'capacity_exceeded', 'capacity_exceeded'),
  500: groqError(500, 'Internal Server Error', 'internal_server_error'),
  503: groqError(
    503,
    `${MODEL} is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.`,
    'internal_server_error',
  ),
};

export function groqErrorReply(status: number): PlainReply {
  return { ...(BY_STATUS[status] ?? gatewayReply(status)), status };
}
