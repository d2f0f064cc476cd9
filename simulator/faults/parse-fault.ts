import type { FaultKind, FaultSpec } from './fault-spec.js';

type FieldType = 'number' | 'string' | 'boolean' | 'object' | 'text or object' | readonly string[];

const SCOPE = { times: 'number', match: 'string', on: ['fresh', 'continuation'] } as const;
const CUT = { afterTokens: 'number', afterReasoning: 'number' } as const;

const FIELDS: Readonly<Record<FaultKind, Readonly<Record<string, FieldType>>>> = {
  refuse: { cutRunning: 'boolean' },
  status: { status: 'number', headers: 'object', body: 'text or object' },
  'instead-of-stream': {
    body: ['error-json', 'completion-json', 'html', 'empty', 'octet-stream'],
    status: 'number',
  },
  'no-headers': {},
  reset: {
    ...CUT,
    at: ['before-headers', 'after-headers', 'cut', 'mid-event', 'after-last-event', 'byte'],
    byte: 'number',
    how: ['rst', 'fin'],
  },
  'no-token': { ...CUT, opening: 'boolean' },
  comments: { ...CUT, everyMs: 'number' },
  stall: { ...CUT, forMs: 'number', held: 'boolean', comments: 'boolean' },
  truncate: CUT,
  'error-event': { ...CUT, status: 'number', message: 'string', done: 'boolean' },
  'error-in-chunk': { ...CUT, message: 'string', done: 'boolean' },
  'error-field': { ...CUT, message: 'string' },
  finish: { ...CUT, reason: 'string' },
  'x-groq-error': { ...CUT, message: 'string', done: 'boolean' },
  'done-without-finish': CUT,
  'finish-without-done': CUT,
  'text-after-done': { ...CUT, text: 'string' },
  'tool-call': CUT,
  framing: {
    lineEnd: ['lf', 'crlf', 'cr'],
    bom: 'boolean',
    noSpace: 'boolean',
    noFinalBlankLine: 'boolean',
    multiLineData: 'boolean',
    extraFields: 'boolean',
    gzip: 'boolean',
    splitBytes: 'number',
    splitSeed: 'number',
  },
  usage: { mode: ['duplicate', 'growing', 'zero', 'null', 'absent', 'separate'] },
  pace: { firstTokenMs: 'number', tokenMs: 'number' },
  insert: { raw: 'string', afterTokens: 'number' },
  text: { nul: 'boolean', loneSurrogate: 'boolean', longLineBytes: 'number', afterTokens: 'number' },
};

const REQUIRED: Readonly<Partial<Record<FaultKind, readonly string[]>>> = {
  status: ['status'],
  'instead-of-stream': ['body'],
  reset: ['at'],
  finish: ['reason'],
  usage: ['mode'],
  insert: ['raw'],
};

/** Checks a fault that came as JSON; throws an Error that names what is wrong. */
export function parseFault(value: unknown): FaultSpec {
  if (typeof value !== 'object' || value === null || !('kind' in value))
    throw new Error('a fault is an object with a "kind"');
  const { kind, ...fields } = value;
  if (!isKind(kind)) throw new Error(`unknown kind ${JSON.stringify(kind)}; known: ${Object.keys(FIELDS).join(', ')}`);
  const known: Readonly<Record<string, FieldType>> = kind === 'refuse' ? FIELDS[kind] : { ...SCOPE, ...FIELDS[kind] };
  for (const [name, field] of Object.entries(fields)) {
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    if (type === undefined)
      throw new Error(`"${kind}" has no field "${name}"; it has: ${Object.keys(known).join(', ')}`);
    if (!fits(field, type))
      throw new Error(`"${name}" of "${kind}" must be ${typeof type === 'string' ? `a ${type}` : type.join(', ')}`);
  }
  const missing = REQUIRED[kind]?.find((name) => !(name in fields));
  if (missing !== undefined) throw new Error(`"${kind}" needs "${missing}"`);
  return value as FaultSpec;
}

function isKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(FIELDS, kind);
}

function fits(value: unknown, type: FieldType): boolean {
  if (typeof type !== 'string') return typeof value === 'string' && type.includes(value);
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (type === 'text or object') return typeof value === 'string' || (typeof value === 'object' && value !== null);
  return typeof value === type && value !== null;
}
