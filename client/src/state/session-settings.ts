import type { QuestionSettings } from '../api/chat-api.js';
import { readStored, writeStored } from './storage.js';

const key = (sessionId: string): string => `rondo.settings.${sessionId}`;

/** The settings of a session's questions; kept in this browser. */
export function readSettings(sessionId: string): QuestionSettings {
  try {
    const stored: unknown = JSON.parse(readStored(key(sessionId)) ?? '{}');
    return typeof stored === 'object' && stored !== null ? clean(stored) : {};
  } catch {
    return {};
  }
}

export function writeSettings(sessionId: string, settings: QuestionSettings): void {
  const kept = clean(settings);
  writeStored(key(sessionId), Object.keys(kept).length > 0 ? JSON.stringify(kept) : '');
}

/** Only known fields of the right type go to the service, which refuses all others; a model needs its provider. */
function clean(settings: QuestionSettings): QuestionSettings {
  const { provider, model, temperature, max_tokens, system_prompt } = settings;
  return {
    ...(isText(provider) ? { provider, ...(isText(model) ? { model } : {}) } : {}),
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof max_tokens === 'number' ? { max_tokens } : {}),
    ...(isText(system_prompt) ? { system_prompt } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
