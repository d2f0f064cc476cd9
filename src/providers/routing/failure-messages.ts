import type { ErrorCode } from '../../wire/answer-event.js';

/** What a reader is told, by code: our own words, never a provider's. */
export const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'No provider accepted the request as it is. Change the message or the settings and try again.',
  context_length_exceeded: 'The conversation is too long for the model. Start a new session or shorten the message.',
  content_filtered: "The provider's content policy refused the question.",
  content_rejected: 'The message holds something that is not allowed here.',
  provider_auth: 'The provider refused the credentials of this service. Its operator has to look at the configuration.',
  provider_rate_limited: "The providers' rate limits are used up. Try again later.",
  provider_unavailable: 'The provider could not be reached. Try again.',
  provider_timeout: 'The provider took too long. Try again.',
  provider_bad_response: 'The provider broke off or sent something unreadable. Try again.',
  all_providers_failed: 'No provider could answer. Try again.',
  answer_timeout: 'The answer took longer than allowed and was cut off.',
  interrupted: 'The answer was interrupted.',
  internal: 'Something went wrong inside the service.',
};
