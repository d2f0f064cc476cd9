import type { ErrorCode } from '../../wire/answer-event.js';
import type { ProviderError } from '../provider-error.js';

/** A provider that doesn't take a request, and because of which field, where that is known. */
export interface ProviderMisfit {
  readonly provider: string;
  readonly field?: string | undefined;
  readonly why?: string;
  /** Of one that was asked: the HTTP status that it refused with. */
  readonly status?: number | undefined;
  /** Of one that was asked: every request would fail until its configuration is changed. */
  readonly unusable?: boolean;
}

/** What a reader is told, by code: our own words, never a provider's. */
export const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'No provider accepted the request as it is. Change the message or the settings and try again.',
  context_length_exceeded: 'The conversation is too long for the model. Start a new session or shorten the message.',
  content_filtered: "The provider's content policy refused the question.",
  content_rejected: 'The message holds something that is not allowed here.',
  provider_auth: 'The provider refused the credentials of this service. Its operator has to look at the configuration.',
  provider_rate_limited: "The providers' rate limits are used up. Try again later.",
  provider_unavailable: 'The provider is not available. Try again.',
  provider_timeout: 'The provider took too long. Try again.',
  provider_bad_response: 'The provider broke off or sent something unreadable. Try again.',
  all_providers_failed: 'No provider could answer. Try again.',
  answer_timeout: 'The answer took longer than allowed and was cut off.',
  interrupted: 'The answer was interrupted.',
  internal: 'Something went wrong inside the service.',
};

const NOT_CONFIGURED =
  'This service is not configured correctly: no provider accepts its credentials. Its operator has to look at that.';

/** Where only keys were refused, trying again does not help. @param failures one of each provider */
export function allFailedMessage(failures: readonly Pick<ProviderError, 'kind' | 'unusable'>[]): string {
  const keysAlone = failures.length > 0 && failures.every(({ kind, unusable }) => kind === 'credentials' && unusable);
  return keysAlone ? NOT_CONFIGURED : MESSAGES.all_providers_failed;
}

/** Who doesn't take what of a request: `deepseek does not take \`response_format\` (it has no \`json_schema\`).` */
export function misfitMessage(misfits: readonly ProviderMisfit[]): string {
  const [only] = misfits;
  if (only !== undefined && misfits.length === 1) return `${misfitOf(only)}. ${adviceFor(only)}`.trimEnd();
  if (misfits.every(({ field }) => field === undefined)) return MESSAGES.invalid_request;
  return `No provider accepted the request as it is: ${misfits.map(misfitOf).join('; ')}.`;
}

function misfitOf({ provider, field, why, status }: ProviderMisfit): string {
  if (field === undefined)
    return `${provider} refuses the request${status === undefined ? '' : ` with status ${status}`}`;
  if (field === 'model') return `${provider} does not have the model`;
  if (field === 'messages') return `${provider} refuses something in \`messages\`: an image, perhaps, or what it says`;
  return `${provider} does not take \`${field}\`${why === undefined ? '' : ` (${why})`}`;
}

/** What the reader can do where no field is to blame. */
function adviceFor({ field, unusable }: ProviderMisfit): string {
  if (unusable === true) return 'The operator of this service has to look at its configuration.';
  return field === undefined ? 'Change the message or the settings and try again.' : '';
}
