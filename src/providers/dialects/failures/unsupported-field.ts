import type { ErrorEnvelope } from './error-envelope.js';
import { sentenceOf } from './own-words.js';

const CODES =
  /^(extra_forbidden|value_error\.extra|(unsupported|unknown|unrecognized|unexpected)_(parameter|value|field|argument)\w*)$/i;

const KIND = '(?:parameter|param|argument|property|properties|field|value|key|option|setting)s?';
const NOT_TAKEN =
  "(?:(?:is|are) (?:not (?:supported|permitted|allowed|recognized|available)|unsupported|unknown|deprecated)|(?:does not|doesn't) support|not (?:supported|permitted|allowed)|unsupported|extra (?:inputs|fields) (?:are )?not permitted)";

/**
 * Whether a provider says that it does not take this field at all, or not for this model: by a code beside the field's
 * path, else by a sentence that starts with it. A name anywhere else may be the caller's: a tool can be called
 * `stream_options`.
 * @param field its name at the top of the request's body
 */
export function isUnsupported({ fields, messages }: ErrorEnvelope, field: string): boolean {
  const named = fields.some(({ path, codes }) => isAt(path, field) && codes.some((code) => CODES.test(code)));
  return named || messages.some((message) => sentencesFor(field).some((one) => one.test(sentenceOf(message))));
}

function isAt(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

function sentencesFor(field: string): RegExp[] {
  const name = `['"\`]?${field}(?:\\.\\w{1,40})?['"\`]?`;
  const oneWord = field.replaceAll('_', '');
  return [
    `^(?:json: )?(?:unsupported|unknown|unrecognized|unexpected|unpermitted|extra) (?:request |body |input |keyword )?${KIND}(?: supplied| passed)?:? (?:parameter )?${name}(?![\\w-])`,
    `^(?:the )?(?:${KIND}:? )?${name}(?: ${KIND})?:? ${NOT_TAKEN}\\b`,
    `^invalid ${name}: only [\\d.]{1,8} is allowed`,
    `^[\\w./:() -]{1,100} (?:does not|doesn't|do not|don't) support (?:the )?(?:${KIND}:? )?\\[?${name}(?![\\w-])`,
    `^(?:this )?model is not supported ${oneWord}\\b`,
    `^(?:argument|parameter) not supported (?:on|by|with|for) this model: ${name}(?![\\w-])`,
    `^${name} may only be set to 1 when\\b`,
    `^extra inputs are not permitted, field: ${name}(?![\\w-])`,
    `^invalid json payload received\\. unknown name ${name}(?![\\w-])`,
    `^malformed input request: #: extraneous key \\[${name}\\] is not permitted`,
    `^failed to deserialize the json body into the target type: (?:unknown field ${name}(?![\\w-])|${name}: unknown field)`,
    `^additional properties are not allowed \\(${name}`,
    `^[\\w.()]{1,80} got an unexpected keyword argument ${name}`,
    // FastAPI's list in Python's notation: of its first entry alone, what precedes the echo.
    `^\\[\\{'type': 'extra_forbidden', 'loc': \\('body', ${name}`,
  ].map((pattern) => new RegExp(pattern, 'i'));
}
