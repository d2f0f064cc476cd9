import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Keys and a password that nothing may ever show. Long enough to be no accident, and each tells where it came from. */
export const CANARIES = {
  groq: 'gsk_canary-of-groq-5f1c0a7e',
  mistral: 'canary-of-mistral-92d4b8aa',
  deepseek: 'sk-canary-of-deepseek-03ee71',
  extra: 'canary.of_an+extra/provider=77',
  /** What a client of the OpenAI door takes for its key. */
  caller: 'sk-canary-of-a-caller-7d20f9',
  proxy: 'canary of the proxy: 61%/é',
} as const;

/** The canaries that are in these bytes, in any of the forms in which text gets written down. */
export function canariesIn(bytes: Buffer | string): string[] {
  const buffer = Buffer.from(bytes);
  return Object.values(CANARIES).filter((canary) => formsOf(canary).some((form) => buffer.includes(form)));
}

/** The files below a folder in which there is a canary. */
export function filesWithCanaries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => canariesIn(readFileSync(file)).length > 0);
}

function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    Buffer.from(`rondo:${secret}`).toString('base64'),
  ];
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(secret, 'utf16le')];
}
