import { DEFAULT_SETTINGS, INSTRUCTION_MODES, PREFIX_ECHOES } from '../settings.js';
import type { Pace, ProviderSettings } from '../settings.js';

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const oneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

const CHECKS: Readonly<Record<keyof ProviderSettings, (value: unknown) => boolean>> = {
  sameAnswer: isBoolean,
  pace: (value) => value === 'real' || value === 'instant' || isPace(value),
  instructionMode: oneOf(...INSTRUCTION_MODES),
  prefixEcho: oneOf(...PREFIX_ECHOES),
  reasoning: oneOf('auto', 'always', 'never'),
  splitSurrogatePairs: isBoolean,
  expectedKey: (value) => value === null || (typeof value === 'string' && value !== ''),
  models: (value) =>
    value === 'live' || value === 'any' || (Array.isArray(value) && value.every((model) => typeof model === 'string')),
};

/** Checks settings that came as JSON; throws an Error that names what is wrong. */
export function parseSettings(value: unknown): Partial<ProviderSettings> {
  if (typeof value !== 'object' || value === null) throw new Error('settings are an object');
  for (const [name, field] of Object.entries(value)) {
    if (!isName(name)) throw new Error(`no setting "${name}"; there are: ${Object.keys(CHECKS).join(', ')}`);
    if (!CHECKS[name](field)) throw new Error(`setting "${name}" can't be ${JSON.stringify(field)}`);
  }
  return value;
}

function isName(name: string): name is keyof ProviderSettings {
  return Object.hasOwn(DEFAULT_SETTINGS, name);
}

function isPace(value: unknown): value is Pace {
  if (typeof value !== 'object' || value === null || !('firstTokenMs' in value) || !('tokenMs' in value)) return false;
  return [value.firstTokenMs, value.tokenMs].every((ms) => typeof ms === 'number' && ms >= 0);
}
