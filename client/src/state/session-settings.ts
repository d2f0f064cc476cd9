import type { QuestionSettings } from '../api/chat-api.js';
import { readStored, writeStored } from './storage.js';

const key = (sessionId: string): string => `rondo.settings.${sessionId}`;

/** The settings of the questions of the session that is shown; kept in this browser. */
export class SessionSettings {
  constructor(
    private readonly sessionId: () => string,
    private readonly changed: () => void,
  ) {}

  read(): QuestionSettings {
    try {
      const stored: unknown = JSON.parse(readStored(key(this.sessionId())) ?? '{}');
      return typeof stored === 'object' && stored !== null ? clean(stored) : {};
    } catch {
      return {};
    }
  }

  write(settings: QuestionSettings): void {
    const kept = clean(settings);
    writeStored(key(this.sessionId()), Object.keys(kept).length > 0 ? JSON.stringify(kept) : '');
    this.changed();
  }
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
